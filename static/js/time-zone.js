/** Fills an empty field marked data-time-zone with the time zone of this computer. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-time-zone]")) {
  const offered = field.tagName !== "SELECT" || [...field.options].some((o) => o.value === zone);
  if (zone && offered && !field.value) field.value = zone;
}
