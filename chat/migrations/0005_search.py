from django.db import migrations, models
from django.db.models.deletion import CASCADE

import chat.indexed

SQLITE = (
    "CREATE VIRTUAL TABLE chat_searchtext_words USING fts5("
    " words, content='chat_searchtext', content_rowid='id', tokenize='ascii', columnsize=0)",
    "CREATE TRIGGER chat_searchtext_inserted AFTER INSERT ON chat_searchtext BEGIN"
    " INSERT INTO chat_searchtext_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER chat_searchtext_deleted AFTER DELETE ON chat_searchtext BEGIN"
    " INSERT INTO chat_searchtext_words(chat_searchtext_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER chat_searchtext_updated AFTER UPDATE OF id, words ON chat_searchtext BEGIN"
    " INSERT INTO chat_searchtext_words(chat_searchtext_words, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO chat_searchtext_words(rowid, words) VALUES (new.id, new.words); END",
)
POSTGRESQL = ("CREATE INDEX chat_searchtext_words ON chat_searchtext USING gin (words)",)


def make_index(apps, schema_editor):
    """What was said before is indexed by the server, in the background: it is new to it."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    """Its triggers and PostgreSQL's index go with the table itself."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE chat_searchtext_words")


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0004_answer_now"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="indexed_title",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="part",
            name="indexed",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("title", models.F("indexed_title")), _negated=True),
                fields=["id"],
                name="title_not_indexed",
            ),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(
                condition=models.Q(("indexed", False)), fields=["-id"], name="part_not_indexed"
            ),
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(on_delete=CASCADE, related_name="+", to="chat.conversation"),
                ),
                (
                    "message",
                    models.ForeignKey(null=True, on_delete=CASCADE, related_name="+", to="chat.message"),
                ),
                ("part", models.ForeignKey(null=True, on_delete=CASCADE, related_name="+", to="chat.part")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("question", "Question"),
                            ("thinking", "Thinking"),
                            ("answer", "Answer"),
                        ],
                        max_length=8,
                    ),
                ),
                ("said_at", models.DateTimeField()),
                ("start", models.PositiveIntegerField(default=0)),
                ("length", models.PositiveIntegerField(default=0)),
                ("offset", models.PositiveIntegerField(default=0)),
                ("words", chat.indexed.WordsField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("part", "start"), name="passage_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "title")), fields=("conversation",), name="title_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(make_index, drop_index),
    ]
