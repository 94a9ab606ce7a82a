"""The account number and the account currency never change, the SMS currency is chosen once.

Customers quote the number in bank transfers and the ledger's accounts are in these
currencies, so the rule is kept where no code can forget it.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION accounts_customer_identity_never_changes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account_number <> OLD.account_number THEN
        RAISE EXCEPTION 'account_number_never_changes: % stays %',
            OLD.account_number, OLD.account_number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.currency <> OLD.currency THEN
        RAISE EXCEPTION 'account_currency_never_changes: % of % stays',
            OLD.currency, OLD.account_number USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.sms_currency <> '' AND NEW.sms_currency <> OLD.sms_currency THEN
        RAISE EXCEPTION 'sms_currency_is_chosen_once: % of % stays',
            OLD.sms_currency, OLD.account_number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER customer_identity_never_changes
    BEFORE UPDATE OF account_number, currency, sms_currency ON accounts_customer
    FOR EACH ROW EXECUTE FUNCTION accounts_customer_identity_never_changes();
"""

DROP = """
DROP TRIGGER customer_identity_never_changes ON accounts_customer;
DROP FUNCTION accounts_customer_identity_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
