"""The wire's instructions on one page of paper."""

from datetime import datetime

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from commpeak.lib.pdf import FONT, new_pdf, printable
from commpeak.lib.template_filters import day_text, money_text
from payments.models import TopUp
from payments.selectors.wire_instructions import Detail, WireInstructions

_INK, _QUIET, _BRAND, _LINE = (19, 32, 27), (71, 86, 79), (10, 106, 79), (224, 230, 226)
_LABEL_WIDTH, _QR_SIZE = 52.0, 38.0  # millimetres


def wire_pdf(
    *, top_up: TopUp, instructions: WireInstructions, page: str, billing_email: str, now: datetime
) -> bytes:
    """`page` is the address where the customer tells us that the wire is sent."""
    title = _("Wire transfer for top-up %(reference)s") % {"reference": top_up.reference}
    pdf = new_pdf(title=title)
    _head(pdf, top_up, title, now)
    _details(pdf, [*instructions.details, instructions.reference])
    _fallback(pdf, instructions)
    _qr(pdf, instructions)
    _hints(pdf, [*_hint_texts(top_up, page, billing_email), instructions.notes])
    return bytes(pdf.output())


def _head(pdf: FPDF, top_up: TopUp, title: str, now: datetime) -> None:
    _write(pdf, "CommPeak", size=12, bold=True, color=_BRAND)
    pdf.ln(4)
    _write(pdf, title, size=17, bold=True)
    customer = top_up.customer
    name = f"{customer.display_name} · " if customer.display_name else ""
    number = _("account number %(number)s") % {"number": customer.account_number}
    _write(pdf, f"{name}{number} · {day_text(now)}", color=_QUIET)
    goes_to = _("%(amount)s for your %(purse)s balance") % {
        "amount": money_text(top_up.money),
        "purse": top_up.get_purse_display(),
    }
    _write(pdf, goes_to, size=12, bold=True)
    pdf.ln(4)


def _details(pdf: FPDF, details: list[Detail]) -> None:
    for detail in details:
        pdf.set_draw_color(*_LINE)
        pdf.line(pdf.l_margin, pdf.y, pdf.w - pdf.r_margin, pdf.y)
        pdf.ln(2)
        _font(pdf, 10, color=_QUIET)
        pdf.cell(_LABEL_WIDTH, 6, printable(detail.label))
        _font(pdf, 11, bold=True)
        _lines(pdf, 6, detail.text)
        pdf.ln(2)
    pdf.line(pdf.l_margin, pdf.y, pdf.w - pdf.r_margin, pdf.y)
    pdf.ln(3)


def _fallback(pdf: FPDF, instructions: WireInstructions) -> None:
    text = _("If your bank takes no structured reference, write your account number: %(number)s")
    _write(pdf, text % {"number": instructions.account_number.text}, bold=True)
    pdf.ln(4)


def _qr(pdf: FPDF, instructions: WireInstructions) -> None:
    """Drawn as squares, sharp in print, with the words beside it."""
    if instructions.qr is None:
        return
    rows = list(instructions.qr.matrix)
    size, left, top = _QR_SIZE / len(rows), pdf.l_margin, pdf.y
    pdf.set_fill_color(0)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                pdf.rect(left + x * size, top + y * size, size, size, style="F")
    pdf.set_xy(left + _QR_SIZE + 6, top + _QR_SIZE / 2 - 6)
    _font(pdf, 10, color=_QUIET)
    text = _("Scan this with your bank's app: it fills in amount, account and reference.")
    _lines(pdf, 5.5, text)
    pdf.set_y(top + _QR_SIZE + 6)


def _hint_texts(top_up: TopUp, page: str, billing_email: str) -> list[str]:
    return [
        _("Send it in %(currency)s. Choose “OUR” for fees if you pay from abroad (“SHA” within "
          "SEPA), so that the whole amount arrives.") % {"currency": top_up.currency},
        _("It takes 1 to 3 working days. What arrives is credited, also if it is more or less "
          "than you asked for."),
        _("When you have sent it, tell us: %(page)s") % {"page": page},
        _("By mail: %(address)s, with your name, the amount and the day.")
        % {"address": billing_email},
    ]  # fmt: skip


def _hints(pdf: FPDF, texts: list[str]) -> None:
    for text in filter(None, texts):
        _write(pdf, f"– {text}", color=_QUIET)


def _write(
    pdf: FPDF,
    text: str,
    *,
    size: float = 10,
    bold: bool = False,
    color: tuple[int, int, int] = _INK,
) -> None:
    _font(pdf, size, bold=bold, color=color)
    _lines(pdf, size * 0.6, text)


def _font(
    pdf: FPDF, size: float, *, bold: bool = False, color: tuple[int, int, int] = _INK
) -> None:
    pdf.set_font(FONT, "B" if bold else "", size)
    pdf.set_text_color(*color)


def _lines(pdf: FPDF, height: float, text: str) -> None:
    """From here to the right margin, as many lines as it takes; then goes on below."""
    pdf.multi_cell(0, height, printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
