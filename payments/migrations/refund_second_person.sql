-- Whether a second person has to approve a refund is decided when it is asked for, and stays.
CREATE TRIGGER refunds_keep_whether_they_need_a_second_person BEFORE UPDATE OF needs_second
    ON payments_refund FOR EACH ROW WHEN (OLD.needs_second IS DISTINCT FROM NEW.needs_second)
    EXECUTE FUNCTION ledger_refuse();
