"""The last gate before a page: only the elements and attributes that our Markdown can make get through.

The parser makes no raw HTML (`html: False`), so this gate should find nothing to do. It stands there
because the text is hostile and parsers have bugs. No `style`, no `id`, no event handler, no image, no
address other than http, https and mailto.
"""

import nh3

from chat.core.highlighting import CODE_CLASSES
from chat.core.maths import MATHS_CLASSES

_TEXT_TAGS = frozenset("a blockquote br code del em h4 hr li ol p pre strong ul".split())
_TABLE_TAGS = frozenset("table tbody td th thead tr".split())
_FRAME_TAGS = frozenset("button div span".split())
_MATHS_TAGS = frozenset(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace "
    "msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
_DIRECTED_TAGS = ("blockquote", "h4", "ol", "p", "td", "th", "ul")

_MATHS_ATTRIBUTES = {
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": set(
        "accent fence form largeop lspace maxsize minsize movablelimits rspace separator stretchy "
        "symmetric".split()
    ),
    "mover": {"accent"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mspace": {"depth", "height", "width"},
    "mstyle": {"displaystyle", "mathvariant", "scriptlevel"},
    "mtable": {"displaystyle", "scriptlevel"},
    "mtd": {"columnspan", "rowspan"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "button": {"data-copy"},
    "code": {"class", "data-grow"},
    "div": {"aria-label"},
    "li": {"data-grow"},
    "ol": {"start"},
    "p": {"data-grow"},
}
_VALUES = {
    "button": {"type": {"button"}},
    "div": {"role": {"region"}, "tabindex": {"0"}},
    "pre": {"dir": {"ltr"}, "tabindex": {"0"}},
    "td": {"align": {"left", "center", "right"}},
    "th": {"align": {"left", "center", "right"}},
}
_CLASSES = {
    "button": {"copy-code"},
    "div": {"code", "code-head", "maths", "table"},
    "h4": {f"level-{level}" for level in range(1, 7)},
    "mtable": MATHS_CLASSES,
    "mtd": MATHS_CLASSES,
    "span": CODE_CLASSES | {"lang"},
}


def _attributes() -> dict[str, set[str]]:
    return {
        tag: _ATTRIBUTES.get(tag, set()) | _MATHS_ATTRIBUTES.get(tag, set())
        for tag in {*_ATTRIBUTES, *_MATHS_ATTRIBUTES}
    }


def _attribute_values() -> dict[str, dict[str, set[str]]]:
    return _VALUES | {tag: _VALUES.get(tag, {}) | {"dir": {"auto"}} for tag in _DIRECTED_TAGS}


_cleaner = nh3.Cleaner(
    tags=_TEXT_TAGS | _TABLE_TAGS | _FRAME_TAGS | _MATHS_TAGS,
    attributes=_attributes(),
    tag_attribute_values=_attribute_values(),
    allowed_classes=_CLASSES,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener nofollow ugc",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


def sanitise(html: str) -> str:
    """The HTML without whatever does not belong in an answer; about 20 µs for a paragraph."""
    return _cleaner.clean(html)
