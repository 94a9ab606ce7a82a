-- Who looked at whose pages, and why, stays as it was; only its end is added, once.
CREATE TRIGGER customer_views_are_never_changed BEFORE UPDATE
    ON payments_customerview FOR EACH ROW
    WHEN (ROW (OLD.id, OLD.viewer_id, OLD.customer_id, OLD.reason, OLD.started_at, OLD.ends_at)
          IS DISTINCT FROM
          ROW (NEW.id, NEW.viewer_id, NEW.customer_id, NEW.reason, NEW.started_at, NEW.ends_at)
          OR OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER customer_views_are_never_deleted BEFORE DELETE OR TRUNCATE
    ON payments_customerview EXECUTE FUNCTION ledger_refuse();
