"""Users and customers for staff. Nothing is deleted here: the ledger hangs on customers."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.customer_links import links_for
from accounts.forms.admin import AddressAdminForm, CustomerAdminForm
from accounts.models import (
    Address,
    Customer,
    CustomerNote,
    Membership,
    Notification,
    NotificationAddress,
    OutgoingEmail,
    SilentCategory,
    TermsAcceptance,
    TermsVersion,
    User,
)
from accounts.services.publish_terms import publish_terms
from commpeak.lib.audited_admin import AuditedAdmin
from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from commpeak.lib.staff_action import staff_action

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


class NotificationAddressInline(ReadOnlyInline):
    model = NotificationAddress
    fields = ["category", "email", "created_at", "verified_at", "codes_sent", "wrong_codes"]
    ordering = ["category", "pk"]


class SilentCategoryInline(ReadOnlyInline):
    model = SilentCategory
    fields = ["category", "since"]


@admin.register(Customer)
class CustomerAdmin(NothingIsDeleted, AuditedAdmin):
    """Customers open themselves by signing up, with their balances; so there is no "add"."""

    form = CustomerAdminForm
    list_display = ["account_number", "display_name", "kind", "currency", "created_at"]
    list_display_links = ["account_number", "display_name"]
    list_filter = ["kind", "currency"]
    search_fields = ["account_number__startswith", "name", "company_name", "members__email"]
    search_help_text = _("Account number, name or e-mail address")
    ordering = ["-created_at"]
    readonly_fields = ["account_number", "currency", "sms_currency", "created_at", "told"]
    fieldsets = [
        (None, {"fields": ["account_number", "created_at", "currency", "sms_currency"]}),
        (_("Who"), {"fields": ["kind", "name", "company_name", "vat_id", "time_zone"]}),
        (_("What we told"), {"fields": ["told"]}),
    ]
    change_form_before_template = "admin/customer_links.html"
    inlines = [AddressInline, MembershipInline, NotificationAddressInline, SilentCategoryInline]

    @admin.display(description=_("lists"))
    def told(self, customer: Customer) -> SafeString:
        """Links and no rows: a customer of ten years has thousands of mails."""
        return format_html_join(
            " · ",
            '<a href="{}?customer__id__exact={}">{}</a>',
            [
                (reverse(f"admin:accounts_{name}_changelist"), customer.pk, title)
                for name, title in (
                    ("outgoingemail", _("E-mails sent to this customer")),
                    ("notification", _("Notifications")),
                )
            ],
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if customer := context.get("original"):
            context["customer_links"] = links_for(request, customer)
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(User)
class UserAdmin(NothingIsDeleted, DjangoUserAdmin, AuditedAdmin):  # type: ignore[misc,type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "is_staff", "is_active", "last_login", "date_joined"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "customers__account_number__startswith"]
    search_help_text = _("E-mail address or account number")
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["email", "password", "is_active", "last_login", "date_joined"]}),
        (
            _("Administration"),
            {"fields": ["is_staff", "groups", "is_superuser"]},
        ),
    ]
    add_fieldsets = [(None, {"fields": ["email", "usable_password", "password1", "password2"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who is not all-powerful makes nobody so."""
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, "is_superuser"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nor do they set the password of somebody who is."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[TabularInline]]:
        return [CustomerMembershipInline] if obj else []


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    """Roles of staff. What they hold is in code (accounts/staff_roles.py)."""

    search_fields = ["name"]
    ordering = ["name"]
    fields = ["name", "holds"]
    readonly_fields = ["holds"]

    @admin.display(description=_("may"))
    def holds(self, group: Group) -> SafeString:
        return format_html_join(
            "", "<div>{}</div>", [[str(held)] for held in group.permissions.all()]
        )


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    list_display = ["subject_shown", "to", "customer", "created_at", "sent_at", "last_error"]
    exclude = ["subject", "text"]
    readonly_fields = ["subject_shown", "text_shown"]
    list_select_related = ["customer"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["to", "key__startswith", "customer__account_number__startswith"]
    search_help_text = _("E-mail address, account number or what the message is about")
    ordering = ["-created_at"]

    @admin.display(description=_("subject"), ordering="subject")
    def subject_shown(self, email: OutgoingEmail) -> str:
        return email.shown_subject

    @admin.display(description=_("text"))
    def text_shown(self, email: OutgoingEmail) -> str:
        """S15: a code that is read here would prove a mailbox that is somebody else's."""
        return email.shown_text


@admin.register(CustomerNote)
class CustomerNoteAdmin(ReadOnlyAdmin):
    """To read in one list; a note is added on its customer's page."""

    list_display = ["created_at", "customer", "author", "text"]
    list_select_related = ["customer", "author"]
    search_fields = ["customer__account_number__startswith", "author__email"]
    search_help_text = _("Account number, or who wrote it")
    ordering = ["-pk"]


@admin.register(TermsVersion)
class TermsVersionAdmin(AuditedAdmin):
    """Staff write a draft and publish it; what is published can only be read."""

    list_display = ["title", "slug", "number", "published_at"]
    list_filter = ["slug"]
    ordering = ["slug", "-created_at"]
    fields = ["slug", "title", "text", "number", "published_at"]
    readonly_fields = ["number", "published_at"]
    actions_detail = ["publish"]

    def has_change_permission(self, request: HttpRequest, obj: TermsVersion | None = None) -> bool:
        is_draft = obj is None or obj.published_at is None
        return is_draft and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: TermsVersion | None = None) -> bool:
        return self.has_change_permission(request, obj) and bool(
            super().has_delete_permission(request, obj)
        )

    def has_publish_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("accounts.change_termsversion")

    @action(description=_("Publish"), url_path="publish", permissions=["publish"])
    def publish(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            version = publish_terms(version_id=object_id, now=utc_now())
            return gettext("Version %(number)d holds from now on.") % {"number": version.number}

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Publish"),
            explanation=gettext(
                "This text becomes the version that holds and can never be changed. Every "
                "customer is asked to agree to it before the next payment of this kind."
            ),
            act=act,
        )


@admin.register(TermsAcceptance)
class TermsAcceptanceAdmin(ReadOnlyAdmin):
    """Who agreed to what, when and from where."""

    list_display = ["customer", "user", "version", "accepted_at", "ip_address"]
    list_filter = ["version"]
    list_select_related = ["customer", "user", "version"]
    search_fields = ["customer__account_number__startswith", "user__email"]
    search_help_text = _("Account number or e-mail address")
    ordering = ["-accepted_at"]


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What customers read under the bell."""

    list_display = ["title", "customer", "category", "created_at", "read_at"]
    list_filter = ["category", ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["customer"]
    search_fields = ["key__startswith", "customer__account_number__startswith"]
    search_help_text = _("Account number or what it is about")
    ordering = ["-pk"]
