"""Company details, members' permissions, invitations, second factor, sessions."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("ledger", "0007_reversed_once"),)

    operations = (
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.TextField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("blocked_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("accountant", "Accountant"),
                            ("operator", "Operator"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("started_at", models.DateTimeField(null=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("address", models.GenericIPAddressField(null=True)),
                ("device", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="company",
            name="address",
            field=models.TextField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="company",
            name="bank_details",
            field=models.TextField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="company",
            name="city",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="company",
            name="document_terms",
            field=models.TextField(blank=True, max_length=1000, verbose_name="terms on documents"),
        ),
        migrations.AddField(
            model_name="company",
            name="email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
        ),
        migrations.AddField(
            model_name="company",
            name="legal_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="company",
            name="lut_number",
            field=models.CharField(blank=True, max_length=30, verbose_name="LUT number (ARN)"),
        ),
        migrations.AddField(
            model_name="company",
            name="lut_year",
            field=models.CharField(
                blank=True, max_length=5, verbose_name="LUT for the financial year"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="pan",
            field=models.CharField(blank=True, max_length=10, verbose_name="PAN"),
        ),
        migrations.AddField(
            model_name="company",
            name="phone",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="company",
            name="pin_code",
            field=models.CharField(blank=True, max_length=10, verbose_name="PIN code"),
        ),
        migrations.AddField(
            model_name="membership",
            name="granted",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("import_orders", "Import orders"),
                        ("import_customers", "Import customers"),
                        ("import_items", "Import items"),
                        ("push_items", "Push items"),
                        ("post", "Post"),
                        ("lock", "Lock periods"),
                        ("settings", "Change settings"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="permissions beyond the role's",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="withheld",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("import_orders", "Import orders"),
                        ("import_customers", "Import customers"),
                        ("import_items", "Import items"),
                        ("push_items", "Push items"),
                        ("post", "Post"),
                        ("lock", "Lock periods"),
                        ("settings", "Change settings"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="permissions of the role withheld",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scheme", "unregistered"), _negated=True),
                    ("gstin", ""),
                    _connector="OR",
                ),
                name="company_unregistered_has_no_gstin",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pan", ""), ("pan__regex", "^[A-Z]{5}[0-9]{4}[A-Z]$"), _connector="OR"
                ),
                name="company_pan_has_its_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("country", "IN"), _negated=True),
                    ("pin_code", ""),
                    ("pin_code__regex", "^[1-9][0-9]{5}$"),
                    _connector="OR",
                ),
                name="company_pin_code_in_india_has_six_digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "granted__contained_by",
                        [
                            "import_orders",
                            "import_customers",
                            "import_items",
                            "push_items",
                            "post",
                            "lock",
                            "settings",
                        ],
                    ),
                    (
                        "withheld__contained_by",
                        [
                            "import_orders",
                            "import_customers",
                            "import_items",
                            "push_items",
                            "post",
                            "lock",
                            "settings",
                        ],
                    ),
                ),
                name="membership_permissions_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "owner"), _negated=True), ("withheld", []), _connector="OR"
                ),
                name="membership_owner_lacks_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "viewer"), _negated=True), ("granted", []), _connector="OR"
                ),
                name="membership_viewer_may_do_nothing",
            ),
        ),
        migrations.AddField(
            model_name="authenticator",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="authenticator",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="ledger.company",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recovery_codes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="authenticator",
            constraint=models.CheckConstraint(
                condition=models.Q(("seed", ""), _negated=True), name="authenticator_has_a_seed"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("revoked_at__isnull", True)),
                fields=("company", "email"),
                name="invitation_open_once_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["owner", "accountant", "operator", "viewer"])),
                name="invitation_role_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                name="invitation_digest_is_sha256",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                name="invitation_expires_after_it_was_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"
                ),
                name="invitation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_is_accepted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.UniqueConstraint(
                fields=("user", "digest"), name="recovery_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                name="recovery_code_digest_is_sha256",
            ),
        ),
    )
