#include "base/calendar.h"

/* Years begin in March here, so that a leap day is the last of its year, and
 * are counted in eras of 400, which all have the same number of days. */
enum {
	ERA_YEARS = 400,
	ERA_DAYS = 146097,
	TO_1970 = 719468, /* days from 0000-03-01 */
};

bool
calendar_has(int64_t year, unsigned month, unsigned day)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30,
					31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (month < 1 || month > COUNT(days))
		return false;
	unsigned last = month == 2 && leap ? 29 : days[month - 1];
	return day >= 1 && day <= last;
}

/* The largest multiple of `by` that is not above v, divided by it. */
static int64_t
floor_of(int64_t v, int64_t by)
{
	return v / by - (v % by < 0);
}

struct calendar
calendar_of(int64_t seconds)
{
	int64_t days = floor_of(seconds, CALENDAR_DAY) + TO_1970;
	int64_t era = floor_of(days, ERA_DAYS), day = days - era * ERA_DAYS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	unsigned s = (unsigned)(seconds -
				floor_of(seconds, CALENDAR_DAY) * CALENDAR_DAY);
	day -= 365 * year + year / 4 - year / 100;
	unsigned month = (unsigned)(5 * day + 2) / 153; /* March is 0 */
	return (struct calendar){
		.year = year + era * ERA_YEARS + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = (unsigned)day - (153 * month + 2) / 5 + 1,
		.hour = s / 3600,
		.minute = s / 60 % 60,
		.second = s % 60,
	};
}

int64_t
calendar_seconds(const struct calendar *c)
{
	ASSERT(calendar_has(c->year, c->month, c->day));
	ASSERT(c->year >= 0 && c->year <= 9999);
	unsigned month = c->month > 2 ? c->month - 3 : c->month + 9;
	int64_t all = c->year - (c->month <= 2);
	int64_t era = floor_of(all, ERA_YEARS), year = all - era * ERA_YEARS;
	int64_t day = 365 * year + year / 4 - year / 100 +
		      (153 * month + 2) / 5 + c->day - 1;
	return (era * ERA_DAYS + day - TO_1970) * CALENDAR_DAY +
	       c->hour * INT64_C(3600) + c->minute * INT64_C(60) + c->second;
}
