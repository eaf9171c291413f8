// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: the file stats of a meta-node or path, which has more than one
 * value: I/O by kind, errors by class, time by state, latencies. What show
 * prints of it, and what stats and metrics ask for.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl.h"

const char *const ctl_kinds[] = {
	VMP_NAME_KIND_READ, VMP_NAME_KIND_WRITE, VMP_NAME_KIND_OTHER, NULL
};

const char *const ctl_classes[] = {
	VMP_NAME_CLASS_RETRY, VMP_NAME_CLASS_SUSPECT, VMP_NAME_CLASS_FAILOVER,
	VMP_NAME_CLASS_TARGET, VMP_NAME_CLASS_CONFLICT, NULL
};

const char *const ctl_head_states[] = {
	VMP_NAME_HEAD_OPTIMAL, VMP_NAME_HEAD_DEGRADED, VMP_NAME_HEAD_NO_PATH, NULL
};

const char *const ctl_path_states[] = {
	VMP_NAME_PATH_PROBING, VMP_NAME_PATH_LIVE, VMP_NAME_PATH_STANDBY,
	VMP_NAME_PATH_STALLED, VMP_NAME_PATH_FAILED, VMP_NAME_PATH_HELD,
	VMP_NAME_PATH_MISMATCH, VMP_NAME_PATH_DISABLED, VMP_NAME_PATH_REMOVING, NULL
};

/**
 * ctl_counts_states() - the states that an object may be in
 * @obj: meta-node or path
 *
 * Return: their names, NULL at the end.
 */
const char *const *ctl_counts_states(const struct ctl_object *obj)
{
	return obj->kind == CTL_HEAD ? ctl_head_states : ctl_path_states;
}

static const char *get_line(struct ctl_object *obj, const char *prefix, const char *word)
{
	char name[64];
	const char *text;

	snprintf(name, sizeof(name), CTL_STATS "%s%s", prefix, word);
	text = ctl_topo_attr(obj, name);
	return text == ctl_unreadable ? NULL : text;
}

/**
 * ctl_counts_number() - a single number of stats.
 * @obj: meta-node or path
 * @prefix: the first part of the line's name
 * @word: the rest of it
 * @n: the number; 0 if there is none
 *
 * Return: there is one.
 */
bool ctl_counts_number(struct ctl_object *obj, const char *prefix, const char *word,
		       unsigned long long *n)
{
	const char *text = get_line(obj, prefix, word);
	char num[24];
	bool known = text && *text != '-' && ctl_util_number(text, num, sizeof(num));

	*n = known ? strtoull(num, NULL, 10) : 0;
	return known;
}

/**
 * ctl_counts_latency() - how many I/Os took how long.
 * @obj: meta-node or path
 * @kind: read or write
 * @counts: those that took less than ctl_counts_bound(), but not less than the one before
 *
 * Return: the line is there, with as many numbers as there should be, and their
 * sum is one, too.
 */
bool ctl_counts_latency(struct ctl_object *obj, const char *kind,
			unsigned long long counts[VMP_NR_BUCKETS])
{
	const char *text = get_line(obj, VMP_STAT_LATENCY, kind);
	unsigned long long sum = 0;
	char word[24], num[24];
	size_t len;
	int i;

	for (i = 0; text && i < VMP_NR_BUCKETS; i++) {
		len = strcspn(text, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		if (len >= sizeof(word) || *word == '-' ||
		    !ctl_util_number(word, num, sizeof(num)))
			return false;
		counts[i] = strtoull(num, NULL, 10);
		if (__builtin_add_overflow(sum, counts[i], &sum))
			return false;
		text += len + !!text[len];
	}
	return text && !*text;
}

/* The latency, in us, that is too much for this bucket; the last one has none. */
unsigned long long ctl_counts_bound(unsigned int bucket)
{
	return 1ULL << bucket;
}

/* "read 400, write 300": those that are not 0, in this unit. */
static void print_words(struct ctl_object *obj, const char *label, const char *prefix,
			const char *const *words, bool ms)
{
	const char *sep = "";
	unsigned long long n;
	bool known = false;

	printf("%-21s ", label);
	for (; *words; words++) {
		known |= ctl_counts_number(obj, prefix, *words, &n);
		if (!n)
			continue;
		if (ms)
			printf("%s%s %llu.%03llu s", sep, *words, n / 1000, n % 1000);
		else
			printf("%s%s %llu", sep, *words, n);
		sep = ", ";
	}
	puts(*sep ? "" : known ? "none" : "-");
}

static void print_mean(struct ctl_object *obj)
{
	unsigned long long ns, ios;
	const char *sep = "";
	int i;

	printf("%-21s ", "mean_latency");
	for (i = 0; i < 2; i++) {
		if (!ctl_counts_number(obj, VMP_STAT_LATENCY_NS, ctl_kinds[i], &ns) ||
		    !ctl_counts_number(obj, VMP_STAT_IOS, ctl_kinds[i], &ios) || !ios)
			continue;
		printf("%s%s %llu us", sep, ctl_kinds[i], ns / ios / 1000);
		sep = ", ";
	}
	puts(*sep ? "" : "-");
}

/* Of last_error: when it was, in UTC; the other words. False: there was none. */
static bool split_error(struct ctl_object *obj, char when[32], const char **rest)
{
	const char *text = get_line(obj, VMP_STAT_LAST_ERROR, "");
	char *end;
	struct tm tm;
	time_t secs;

	secs = text ? strtoll(text, &end, 10) : 0;
	if (secs <= 0 || *end != ' ' || !gmtime_r(&secs, &tm))
		return false;
	strftime(when, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	*rest = end + 1;
	return true;
}

/**
 * ctl_counts_print() - what show says of stats, if there is such a file.
 * @obj: meta-node or path
 */
void ctl_counts_print(struct ctl_object *obj)
{
	const char *text = ctl_topo_attr(obj, VMP_SYSFS_STATS), *rest;
	unsigned long long retries;
	char when[32];

	if (!text || text == ctl_unreadable)
		return;
	print_words(obj, "ios_by_kind", VMP_STAT_IOS, ctl_kinds, false);
	print_words(obj, "errors_by_class", VMP_STAT_ERRORS, ctl_classes, false);
	if (!ctl_counts_number(obj, VMP_STAT_RETRIES, "", &retries))
		printf("%-21s -\n", "retries");
	else
		printf("%-21s %llu\n", "retries", retries);
	print_words(obj, "time_in_state", VMP_STAT_MS,
		    ctl_counts_states(obj), true);
	print_mean(obj);
	if (split_error(obj, when, &rest))
		printf("%-21s %s %s\n", "last_error_at", when, rest);
	else
		printf("%-21s %s\n", "last_error_at", "-");
}

static void json_number(struct ctl_json *js, struct ctl_object *obj, const char *key,
			const char *prefix, const char *word)
{
	unsigned long long n;

	if (ctl_counts_number(obj, prefix, word, &n))
		ctl_json_count(js, key, n);
	else
		ctl_json_literal(js, key, "null");
}

static void json_words(struct ctl_json *js, struct ctl_object *obj, const char *key,
		       const char *prefix, const char *const *words, int nr)
{
	ctl_json_open(js, key, '{');
	for (; *words && nr; words++, nr--)
		json_number(js, obj, *words, prefix, *words);
	ctl_json_close(js, '}');
}

static void json_latency(struct ctl_json *js, struct ctl_object *obj)
{
	unsigned long long counts[VMP_NR_BUCKETS];
	int i;

	ctl_json_open(js, "latency_log2_us", '{');
	for (i = 0; i < 2; i++)
		ctl_json_counts(js, ctl_kinds[i],
				ctl_counts_latency(obj, ctl_kinds[i], counts) ? counts : NULL,
				VMP_NR_BUCKETS);
	ctl_json_close(js, '}');
}

static void json_error(struct ctl_json *js, struct ctl_object *obj)
{
	static const char *const keys[] = { "class", "cause", "kind", "sector", "path" };
	char when[32], num[24], *words, *word, *save = NULL;
	const char *rest;
	bool known;
	size_t i;

	if (!split_error(obj, when, &rest)) {
		ctl_json_literal(js, "last_error", "null");
		return;
	}
	words = ctl_util_strdup(rest);
	ctl_json_open(js, "last_error", '{');
	ctl_json_string(js, "when", when);
	word = strtok_r(words, " ", &save);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		known = word && ctl_util_number(word, num, sizeof(num));
		if (strcmp(keys[i], "sector"))
			ctl_json_string(js, keys[i], word);
		else
			ctl_json_literal(js, keys[i], known ? num : "null");
		word = word ? strtok_r(NULL, " ", &save) : NULL;
	}
	ctl_json_close(js, '}');
	free(words);
}

/**
 * ctl_counts_json() - the key "stats" with all that the file says.
 * @js: inside the object of the meta-node or path
 * @obj: it
 */
void ctl_counts_json(struct ctl_json *js, struct ctl_object *obj)
{
	const char *text = ctl_topo_attr(obj, VMP_SYSFS_STATS);

	if (!text || text == ctl_unreadable) {
		ctl_json_literal(js, "stats", "null");
		return;
	}
	ctl_json_open(js, "stats", '{');
	json_words(js, obj, "ios", VMP_STAT_IOS, ctl_kinds, 3);
	json_words(js, obj, "bytes", VMP_STAT_BYTES, ctl_kinds, 3);
	json_words(js, obj, "errors", VMP_STAT_ERRORS, ctl_classes, -1);
	json_number(js, obj, "retries", VMP_STAT_RETRIES, "");
	json_number(js, obj, "failovers", VMP_STAT_FAILOVERS, "");
	json_number(js, obj, "stalls", VMP_STAT_STALLS, "");
	json_words(js, obj, "latency_ns", VMP_STAT_LATENCY_NS, ctl_kinds, 2);
	json_latency(js, obj);
	json_number(js, obj, "age_ms", VMP_STAT_AGE, "");
	json_words(js, obj, "state_ms", VMP_STAT_MS,
		   ctl_counts_states(obj), -1);
	json_error(js, obj);
	ctl_json_close(js, '}');
}
