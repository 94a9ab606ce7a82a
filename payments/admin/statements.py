"""Statement files: upload, dry run, post. Part of payments.admin."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import action

from accounts.models import User
from commpeak.lib.audit_log import audit_creation, audited_action
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import AppError
from commpeak.lib.plain_text import harmless
from commpeak.lib.private_files import open_private_file
from commpeak.lib.read_only_admin import ReadOnlyAdmin
from commpeak.lib.upload_limit import LimitedUploadHandler, upload_was_too_large
from payments.forms.columns import ColumnsForm
from payments.forms.statements import UploadForm
from payments.models import StatementLine, StatementUpload
from payments.selectors.dry_run import dry_run_lines, statement_sums
from payments.services.confirm_columns import confirm_columns
from payments.services.discard_statement_upload import discard_statement_upload
from payments.services.post_statement_upload import post_statement_upload
from payments.services.read_statement_again import read_statement_again
from payments.services.upload_statement import upload_statement
from payments.statements.base import StatementError
from payments.statements.delimited_guess import MappingGuess, guess_mapping
from payments.statements.detect import StatementFormat, detect_format
from payments.statements.limits import BYTES_MAX

LINES_PER_PAGE = 100
NAME_LENGTH = 150
_ASKS_FOR_COLUMNS = {StatementUpload.State.UNMAPPED, StatementUpload.State.REFUSED}


@admin.register(StatementUpload)
class StatementUploadAdmin(ReadOnlyAdmin):
    list_display = [
        "name",
        "state",
        "format",
        "credits_count",
        "posted_count",
        "uploaded_by",
        "uploaded_at",
    ]
    list_filter = ["state", "format"]
    list_select_related = ["uploaded_by"]
    search_fields = ["name", "sha256__startswith"]
    search_help_text = _("Name of the file, or its SHA-256")
    ordering = ["-pk"]
    actions_list = ["to_upload"]

    @action(description=_("Upload statements"), url_path="to-upload", permissions=["upload"])
    def to_upload(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:payments_statementupload_upload")

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("payments.upload_statement"))

    def get_urls(self) -> list[URLPattern]:
        return [
            self.at("upload/", self.upload_view, "upload"),
            self.at("<int:object_id>/post/", require_POST(self.post_view), "post"),
            self.at("<int:object_id>/columns/", require_POST(self.columns_view), "columns"),
            self.at("<int:object_id>/again/", require_POST(self.again_view), "again"),
            self.at("<int:object_id>/discard/", require_POST(self.discard_view), "discard"),
            self.at("<int:object_id>/download/", require_safe(self.download_view), "download"),
            *super().get_urls(),
        ]

    # --- one upload ---------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        upload = self._upload(object_id)
        return self._show(request, upload, self._columns(upload))

    def _show(
        self, request: HttpRequest, upload: StatementUpload, columns: dict[str, Any]
    ) -> HttpResponse:
        lines = StatementLine.objects.filter(statement__upload=upload).order_by("pk")
        page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
        same = StatementUpload.objects.filter(sha256=upload.sha256).exclude(pk=upload.pk)
        context = columns | {
            "title": upload.name,
            "upload": upload,
            "sums": statement_sums(upload),
            "rows": dry_run_lines(list(page.object_list)),
            "page": page,
            "again": same.select_related("uploaded_by").order_by("-pk")[:3],
            "may": self.has_upload_permission(request),
        }
        return self._page(request, "admin/wires/upload.html", context)

    def _columns(
        self, upload: StatementUpload, typed: Any = None
    ) -> dict[str, ColumnsForm | MappingGuess]:
        """How a CSV is read, while nobody has confirmed that, or when it did not fit."""
        if upload.state not in _ASKS_FOR_COLUMNS:
            return {}
        with open_private_file(upload.stored_as) as file:
            content = file.read()
        try:
            if detect_format(content) is not StatementFormat.DELIMITED:
                return {}
            guess = guess_mapping(content)
        except StatementError:
            return {}
        initial = {"bank_account": upload.bank_account}
        return {"columns": ColumnsForm(typed, guess=guess, initial=initial), "guess": guess}

    def columns_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self._must_upload(request)
        upload = self._upload(object_id)
        asked = self._columns(upload, request.POST)
        form = asked.get("columns")
        if not isinstance(form, ColumnsForm):
            return redirect("admin:payments_statementupload_change", object_id)
        if not form.is_valid():
            return self._show(request, upload, asked)
        return self._act(
            request,
            object_id,
            gettext("Confirm the columns"),
            lambda: confirm_columns(
                upload_id=object_id,
                bank_account=form.cleaned_data["bank_account"],
                mapping=form.confirmed(),
                actor=_person(request),
                now=utc_now(),
            ),
        )

    # --- what staff press ---------------------------------------------------------------------

    @csrf_exempt  # until the limit is set: reading the token reads the files
    def upload_view(self, request: HttpRequest) -> HttpResponseBase:
        self._must_upload(request)
        request.upload_handlers = [
            LimitedUploadHandler(request, bytes_max=BYTES_MAX),
            TemporaryFileUploadHandler(request),
        ]
        return csrf_protect(self._upload_view)(request)

    def _upload_view(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST or None, request.FILES or None)
        if upload_was_too_large(request):
            form.add_error(
                None, gettext("More than 32 MB at once. Ask the bank for shorter periods.")
            )
        elif form.is_valid():
            return self._keep(request, form)
        context = {
            "title": gettext("Upload statements"),
            "form": form,
            "back": reverse("admin:payments_statementupload_changelist"),
        }
        return self._page(request, "admin/wires/upload_form.html", context)

    def _keep(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        uploads = [
            upload_statement(
                name=harmless(file.name or "")[:NAME_LENGTH] or gettext("statement"),
                content=file.read(),
                bank_account=form.cleaned_data["bank_account"],
                uploaded_by=_person(request),
                now=utc_now(),
            )
            for file in form.cleaned_data["statements"]
        ]
        for upload in uploads:
            audit_creation(upload, action=gettext("Upload statements"), reason="")
        if len(uploads) == 1:
            return redirect("admin:payments_statementupload_change", uploads[0].pk)
        return redirect("admin:payments_statementupload_changelist")

    def post_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._act(
            request,
            object_id,
            gettext("Post the credits"),
            lambda: post_statement_upload(
                upload_id=object_id, posted_by=_person(request), now=utc_now()
            ),
        )

    def again_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._act(
            request,
            object_id,
            gettext("Read again"),
            lambda: read_statement_again(upload_id=object_id, mapping=None, now=utc_now()),
        )

    def discard_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._act(
            request,
            object_id,
            gettext("Discard"),
            lambda: discard_statement_upload(upload_id=object_id),
        )

    def download_view(self, request: HttpRequest, object_id: int) -> FileResponse:
        """The bytes as they were uploaded; always a download, never shown by the browser."""
        self._must_upload(request)
        upload = self._upload(object_id)
        return FileResponse(
            open_private_file(upload.stored_as),
            as_attachment=True,
            filename=upload.name,
            content_type="application/octet-stream",
        )

    # --- shared -------------------------------------------------------------------------------

    def _act(self, request: HttpRequest, object_id: int, title: str, act: Any) -> HttpResponse:
        self._must_upload(request)
        with audited_action(self._upload(object_id), action=title, reason="") as acted:
            try:
                act()
                acted.outcome = gettext("Done.")
            except AppError as error:
                acted.outcome = error.log_text
                messages.error(request, error.user_text)
        return redirect("admin:payments_statementupload_change", object_id)

    def _upload(self, object_id: object) -> StatementUpload:
        uploads = StatementUpload.objects.select_related("uploaded_by", "posted_by", "bank_account")
        found = uploads.filter(pk=str(object_id)).first() if str(object_id).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def _must_upload(self, request: HttpRequest) -> None:
        if not self.has_upload_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        return render(request, template, self.admin_site.each_context(request) | context)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # the admin lets nobody else in


@admin.register(StatementLine)
class StatementLineAdmin(ReadOnlyAdmin):
    """What banks told, line by line; where the tie-out's figures lead."""

    list_display = ["booked_on", "kind", "is_known", "amount", "currency", "payer_name", "words"]
    list_filter = ["kind", "is_known", "currency", "statement__bank_account"]
    search_fields = ["payer_name", "text", "reference", "payer_account", "bank_id"]
    search_help_text = _("Payer, text, reference, the payer's account or the bank's id")
    ordering = ["-booked_on", "-pk"]

    @admin.display(description=_("text"))
    def words(self, line: StatementLine) -> str:
        return (line.reference or line.text)[:60]
