from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_what_began_in_thinking")]

    operations = [
        migrations.AddField("part", "steps", models.JSONField(default=list)),
        migrations.AddField("part", "segmenter", models.PositiveSmallIntegerField(default=0)),
    ]
