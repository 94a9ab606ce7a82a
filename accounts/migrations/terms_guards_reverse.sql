DROP TRIGGER agreements_are_never_changed ON accounts_termsacceptance;
DROP TRIGGER terms_are_never_emptied ON accounts_termsversion;
DROP TRIGGER published_terms_never_change ON accounts_termsversion;
DROP FUNCTION accounts_refuse();
