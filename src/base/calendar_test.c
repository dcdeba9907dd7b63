#include "base/test.h"

#include "base/calendar.h"

static bool
both_ways(int64_t y, unsigned m, unsigned d, int64_t day)
{
	struct calendar c = { .year = y, .month = m, .day = d };
	struct calendar back = calendar_of(day * CALENDAR_DAY);
	struct calendar last = calendar_of((day + 1) * CALENDAR_DAY - 1);
	return calendar_seconds(&c) == day * CALENDAR_DAY && back.year == y &&
	       back.month == m && back.day == d && back.hour == 0 &&
	       last.year == y && last.month == m && last.day == d &&
	       last.hour == 23 && last.minute == 59 && last.second == 59;
}

/* The days are counted one by one here. */
TEST(calendar_all_days_both_ways)
{
	int64_t day = -7305; /* 1950-01-01 */
	bool ok = true;
	for (int y = 1950; ok && y <= 9999; y++)
		for (unsigned m = 1; m <= 12; m++)
			for (unsigned d = 1; calendar_has(y, m, d); d++)
				ok = both_ways(y, m, d, day++) && ok;
	CHECK(t, ok);
	/* 10000-01-01, from `date -u -d 10000-01-01 +%s` */
	CHECK(t, day * CALENDAR_DAY == INT64_C(253402300800));
}

TEST(calendar_days_that_are_none)
{
	static const struct {
		int64_t year;
		unsigned month, day;
		bool has;
	} rows[] = {
		{ 2024, 2, 29, true },   { 2023, 2, 29, false },
		{ 2000, 2, 29, true },   { 1900, 2, 29, false },
		{ 2100, 2, 29, false },  { 2024, 2, 30, false },
		{ 2024, 4, 31, false },  { 2024, 12, 31, true },
		{ 2024, 12, 32, false }, { 2024, 1, 0, false },
		{ 2024, 0, 1, false },   { 2024, 13, 1, false },
		{ 0, 2, 29, true },      { 9999, 12, 31, true },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK(t, calendar_has(rows[i].year, rows[i].month,
				      rows[i].day) == rows[i].has);
}

TEST(calendar_times_of_day)
{
	bool ok = true;
	for (unsigned s = 0; s < CALENDAR_DAY; s++) {
		int64_t at = INT64_C(951782400) + s; /* 2000-02-29 */
		struct calendar c = calendar_of(at);
		ok = ok && c.day == 29 && c.hour == s / 3600 && c.minute < 60 &&
		     calendar_seconds(&c) == at;
	}
	CHECK(t, ok);
	struct calendar leap = { 2016, 12, 31, 23, 59, 60 };
	CHECK(t, calendar_seconds(&leap) == INT64_C(1483228800));
}

TEST(calendar_far_away)
{
	struct calendar c = calendar_of(INT64_MAX);
	CHECK(t, c.year == INT64_C(292277026596) && c.month == 12 &&
			 c.day == 4 && c.hour == 15 && c.second == 7);
	c = calendar_of(INT64_MIN);
	CHECK(t, c.year == -INT64_C(292277022657) && c.month == 1 &&
			 c.day == 27 && c.hour == 8 && c.second == 52);
	struct calendar first = { .year = 0, .month = 1, .day = 1 };
	CHECK(t, calendar_seconds(&first) == -INT64_C(62167219200));
	CHECK(t, calendar_of(-1).year == 1969);
}
