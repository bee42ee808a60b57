"""Addresses for connecting stores and parting from them."""

from django.urls import path

from connections import views

STORE = "c/<int:company_id>/stores/<uuid:connection_id>/"

urlpatterns = [
    path("c/<int:company_id>/stores/connect/", views.connect, name="connect_store"),
    path(f"{STORE}secret/", views.new_secret, name="new_secret"),
    path(f"{STORE}unpair/", views.unpair, name="unpair_store"),
    path(f"{STORE}resume/", views.resume, name="resume_store"),
    path(f"{STORE}delete/", views.delete, name="delete_store"),
]
