from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0003_steps"),
    ]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="answer_requested",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="generation",
            name="cut_short",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="generation",
            name="reads",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
