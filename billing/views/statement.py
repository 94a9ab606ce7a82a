"""The statement of a balance, as a page and as a file."""

import csv
from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import CustomerRequest, customer_required
from billing.models import Purse
from billing.selectors.statement_days import statement_days
from billing.selectors.statement_lines import statement_lines
from billing.selectors.statement_page import statement_page
from commpeak.lib.page_key import page_key


@customer_required
@require_safe
def statement(request: CustomerRequest, purse: Purse) -> HttpResponse:
    """Usage by the day; with `each=1` every call and message by itself."""
    before, each = page_key(request.GET.get("before", "")), request.GET.get("each") == "1"
    read = statement_page if each else statement_days
    page = read(customer=request.customer, purse=purse, before=before)
    context = {"purse": purse, "page": page, "is_first": before is None, "each": each}
    return render(request, "billing/statement.html", context)


@customer_required
@require_safe
def statement_csv(request: CustomerRequest, purse: Purse) -> HttpResponseBase:
    lines = statement_lines(customer=request.customer, purse=purse)
    name = f"{request.customer.account_number}-{purse}.csv"
    return StreamingHttpResponse(
        _csv(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _csv(lines: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    return (writer.writerow(line) for line in lines)


class _Echo:
    """A file that hands each line back, so that the response can stream it."""

    def write(self, text: str) -> str:
        return text
