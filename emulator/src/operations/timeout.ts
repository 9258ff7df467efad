/**
 * The limits of `Timeout`, in seconds. That there is a greatest one is documented, its value is not; the longest that
 * the vendor's own templates have is a day.
 */
export const leastTimeoutSeconds = 10;
export const greatestTimeoutSeconds = 86_400;
