"""Users and customers for staff. Nothing is deleted here: the ledger hangs on customers."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.forms.admin import AddressAdminForm, CustomerAdminForm
from accounts.models import Address, Customer, Membership, OutgoingEmail, User
from commpeak.lib.read_only_admin import ReadOnlyAdmin

# Registered by allauth with secrets and in another look; the profile is the place for them.
for model in (EmailAddress, Authenticator, UserSession, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class NothingIsDeleted:
    """For admin classes of what other rows refer to for ever."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AddressInline(NothingIsDeleted, StackedInline):  # type: ignore[misc]
    model = Address
    form = AddressAdminForm
    extra = 0
    max_num = 1


class MembershipInline(TabularInline):  # type: ignore[misc]
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


class CustomerMembershipInline(NothingIsDeleted, TabularInline):  # type: ignore[misc]
    model = Membership
    extra = 0
    fields = readonly_fields = ["customer", "role"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(NothingIsDeleted, ModelAdmin):  # type: ignore[misc]
    """Customers open themselves by signing up, with their balances; so there is no "add"."""

    form = CustomerAdminForm
    list_display = ["account_number", "display_name", "kind", "currency", "created_at"]
    list_display_links = ["account_number", "display_name"]
    list_filter = ["kind", "currency"]
    search_fields = ["account_number__startswith", "name", "company_name", "members__email"]
    search_help_text = _("Account number, name or e-mail address")
    ordering = ["-created_at"]
    readonly_fields = ["account_number", "currency", "sms_currency", "created_at"]
    fieldsets = [
        (None, {"fields": ["account_number", "created_at", "currency", "sms_currency"]}),
        (_("Who"), {"fields": ["kind", "name", "company_name", "vat_id", "time_zone"]}),
    ]
    inlines = [AddressInline, MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(User)
class UserAdmin(NothingIsDeleted, DjangoUserAdmin, ModelAdmin):  # type: ignore[misc,type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "is_staff", "is_active", "last_login", "date_joined"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "customers__account_number__startswith"]
    search_help_text = _("E-mail address or account number")
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "is_active", "last_login", "date_joined"]}),
        (
            _("Administration"),
            {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
    ]
    add_fieldsets = [(None, {"fields": ["email", "usable_password", "password1", "password2"]})]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[TabularInline]]:
        return [CustomerMembershipInline] if obj else []


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles of staff, by the permissions they hold."""


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    list_display = ["subject", "to", "created_at", "sent_at", "last_error"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["to", "key__startswith", "customer__account_number__startswith"]
    search_help_text = _("E-mail address, account number or what the message is about")
    ordering = ["-created_at"]
