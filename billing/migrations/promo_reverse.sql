-- Undoes promo.sql, last made first dropped.
DROP TRIGGER promo_entries_are_never_changed ON billing_promoentry;
DROP TRIGGER promo_uses_are_never_deleted ON billing_promoredemption;
DROP TRIGGER promo_uses_keep_their_promise ON billing_promoredemption;
DROP TRIGGER promo_uses_move_by_the_table ON billing_promoredemption;
DROP FUNCTION promo_check_move();
DROP TRIGGER used_promo_codes_keep_their_terms ON billing_promocode;
DROP FUNCTION promo_keep_code();
DROP TRIGGER promo_uses_are_counted ON billing_promoredemption;
DROP FUNCTION promo_count_use();
