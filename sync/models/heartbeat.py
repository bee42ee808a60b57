"""The worker's sign of life."""

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of the worker."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
