-- Who did what stays as it was written: the audit log is only added to.

CREATE TRIGGER audit_log_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE
    ON auditlog_logentry EXECUTE FUNCTION accounts_refuse();
