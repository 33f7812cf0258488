from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="generation",
            name="generation_by_model",
        ),
        migrations.AddField(
            model_name="generation",
            name="began_in_thinking",
            field=models.BooleanField(null=True),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("began_in_thinking__isnull", False)),
                fields=["provider", "model", "-id"],
                name="generation_began",
            ),
        ),
    ]
