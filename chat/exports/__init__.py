"""A conversation as a file: Markdown, JSON, or a page to print. The branch that is shown, oldest first.

Each format is an iterator over pieces of text, so that a long chat is never in memory as a whole.
"""

from chat.exports.names import file_name as file_name
from chat.exports.reading import Export as Export
