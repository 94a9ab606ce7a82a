"""python manage.py verify_ledger: proves the books or names what is wrong with them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.selectors.verify import verify_ledger


class Command(BaseCommand):
    help = "Proves the ledger. Exits with 1 and names each entry and account that is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = verify_ledger()
        for finding in findings:
            verdict = self.style.ERROR("NO ") if finding.faults else self.style.SUCCESS("yes")
            self.stdout.write(f"{verdict} {finding.claim}")
            for fault in finding.faults:
                self.stdout.write(f"      {fault}")
        wrong = sum(bool(finding.faults) for finding in findings)
        if wrong:
            raise CommandError(f"The books do not prove: {wrong} of {len(findings)} claims fail.")
        self.stdout.write(f"The books prove: {len(findings)} claims hold.")
