"""What banks call their columns, in the languages we have seen. Compared without case, accents
and anything but letters; a longer name is looked for as a beginning as well."""

from __future__ import annotations

import unicodedata

# The order decides: a column goes to the first field whose name it has.
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "booked_on": (
        *("booking date", "date booked", "posting date", "transaction date", "entry date"),
        *("completed date", "date", "Buchungstag", "Buchungsdatum", "Buchung", "Datum"),
        *("date de comptabilisation", "date operation", "fecha operacion", "fecha", "Boekdatum"),
        *("Data ksiegowania", "Data operacji", "Data contabile", "data", "data lancamento"),
    ),
    "value_on": (
        *("value date", "Valuta", "Valutadatum", "Wertstellung", "date de valeur", "date valeur"),
        *("fecha valor", "Rentedatum", "Valutadatum", "Data waluty", "data valuta", "data valor"),
    ),
    "credit": (
        *("credit amount", "credit", "money in", "paid in", "deposit", "Haben", "Gutschrift"),
        *("crédit", "abono", "haber", "uznania", "entrate", "crédito", "accrediti"),
    ),
    "debit": (
        *("debit amount", "debit", "money out", "paid out", "withdrawal", "Soll", "Lastschrift"),
        *("débit", "cargo", "debe", "obciążenia", "uscite", "débito", "addebiti"),
    ),
    "direction": (
        *("debit credit", "credit debit", "credit debit indicator", "dc", "cr dr", "direction"),
        *("Soll Haben", "Soll Haben Kennzeichen", "Af Bij", "sens"),
    ),
    "amount": (
        *("amount", "transaction amount", "Betrag", "Umsatz", "montant", "importe", "Bedrag"),
        *("Kwota", "importo", "valor", "montante", "belopp"),
    ),
    "currency": (
        *("currency", "ccy", "Währung", "devise", "divisa", "moneda", "Munt", "Waluta", "moeda"),
    ),
    "own_account": (
        *("own account", "account number", "Auftragskonto", "IBAN Auftragskonto", "Rekening"),
        *("compte", "cuenta", "our account"),
    ),
    "payer_account": (
        *("payer account", "counterparty account", "counterparty iban", "sender account", "iban"),
        *("Kontonummer IBAN", "IBAN Zahlungsbeteiligter", "Tegenrekening", "compte contrepartie"),
        *("Gegenkonto", "Rachunek kontrahenta", "account iban", "from account"),
    ),
    "payer_name": (
        *("payer", "payer name", "counterparty", "counterparty name", "sender", "name", "payee"),
        *("Begünstigter Zahlungspflichtiger", "Name Zahlungsbeteiligter", "Auftraggeber"),
        *("Auftraggeber Empfänger", "nom", "ordenante", "Naam", "Nadawca", "ordinante", "from"),
    ),
    "end_to_end_id": ("end to end id", "end to end reference", "Kundenreferenz End to End", "e2e"),
    "bank_id": (
        *("bank reference", "transaction id", "entry id", "Bankreferenz", "Transaktionsnummer"),
        *("account servicer reference", "id", "reference banque", "Nr transakcji"),
    ),
    "reference": (
        *("reference", "payment reference", "creditor reference", "Referenz", "référence"),
        *("referencia", "Betalingskenmerk", "structured reference"),
    ),
    "text": (
        *("description", "details", "purpose", "remittance information", "narrative", "memo"),
        *("text", "Verwendungszweck", "Buchungstext", "libelle", "concepto", "Omschrijving"),
        *("Mededelingen", "Tytul", "Opis", "causale", "descrizione", "descricao", "message"),
    ),
    "status": ("status", "state", "Buchungsstatus"),
}

BOOKED_WORDS = frozenset({"booked", "completed", "posted", "settled", "gebucht", "comptabilisé"})


def plain(name: str) -> str:
    """Lower case letters and digits of a name, accents dropped."""
    letters = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L").casefold())
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii())


def named_columns(header: list[str]) -> dict[str, list[str]]:
    """The columns of each field, the best first. Each column goes to one field only."""
    found: dict[str, list[str]] = {}
    left = [name for name in header if plain(name)]
    for exact in (True, False):
        for field, names in COLUMN_NAMES.items():
            for known in map(plain, names):
                for name in [n for n in left if _is_named(plain(n), known, exact=exact)]:
                    found.setdefault(field, []).append(name)
                    left.remove(name)
    return found


def _is_named(name: str, known: str, *, exact: bool) -> bool:
    """A beginning counts where it is long enough to mean something: "Betrag (EUR)"."""
    return name == known if exact else len(known) >= 4 and name.startswith(known)
