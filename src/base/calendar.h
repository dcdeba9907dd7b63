/*
 * The proleptic Gregorian calendar in UTC: seconds since 1970 to years, months
 * and days, and back. A day has 86,400 seconds; leap seconds are not counted,
 * as POSIX has it.
 */
#pragma once

#include "base/compiler.h"

enum { CALENDAR_DAY = 86400 };

struct calendar {
	int64_t year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
};

/* Is there such a day? */
bool calendar_has(int64_t year, unsigned month, unsigned day);
/* Every number of seconds has its moment. */
struct calendar calendar_of(int64_t seconds);
/* Seconds since 1970. The day exists and the year has at most four digits;
 * second 60 is the next minute's first. */
int64_t calendar_seconds(const struct calendar *c);
