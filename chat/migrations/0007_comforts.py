import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def titles_stay(apps, schema_editor):
    """Nobody knows any more which titles people gave themselves, so none is made anew."""
    apps.get_model("chat", "Conversation").objects.update(titled_by="owner")


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0006_branches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Folder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("is_open", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="folders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "name"), name="folder_name_once")]
            },
        ),
        migrations.AddField(
            model_name="conversation",
            name="archived_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="conversation",
            name="folder",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="conversations",
                to="chat.folder",
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="titled_by",
            field=models.CharField(
                choices=[("question", "Question"), ("exchange", "Exchange"), ("owner", "Owner")],
                default="question",
                max_length=8,
            ),
        ),
        migrations.RunPython(titles_stay, migrations.RunPython.noop, elidable=True),
    ]
