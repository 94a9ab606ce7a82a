"""The profile's addresses. The paths are scripted against by others: they stay."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/time-zone/", views.profile_time_zone, name="profile-time-zone"),
    path("profile/address/", views.profile_address, name="profile-address"),
]
