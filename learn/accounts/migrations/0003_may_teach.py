from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_staff"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="may_teach",
            field=models.BooleanField(default=False),
        ),
    ]
