"""The profile's addresses. The paths are scripted against by others: they stay."""

from django.urls import path, register_converter

from accounts.converters import CategoryConverter
from accounts.views import addresses, notifications, profile

register_converter(CategoryConverter, "category")

_ADDRESSES = "profile/notifications/addresses"
urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/address/", profile.profile_address, name="profile-address"),
    path("profile/time-zone/", profile.profile_time_zone, name="profile-time-zone"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read, name="notifications-read"),
    path(
        "profile/notifications/<category:category>/mail/",
        addresses.category_mail,
        name="category-mail",
    ),
    path(
        "profile/notifications/<category:category>/add/",
        addresses.add,
        name="notification-address-add",
    ),
    path(f"{_ADDRESSES}/<int:address_id>/", addresses.confirm, name="notification-address"),
    path(
        f"{_ADDRESSES}/<int:address_id>/resend/",
        addresses.resend,
        name="notification-address-resend",
    ),
    path(
        f"{_ADDRESSES}/<int:address_id>/remove/",
        addresses.remove,
        name="notification-address-remove",
    ),
]
