// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl monitor: what happens to meta-nodes and their paths, as uevents
 * tell it. They come from udev, after its rules have run and the links are
 * there, or straight from the kernel where no udev runs. None is lost without
 * a word: the module numbers them, and says how many it had to drop.
 */
#include <errno.h>
#include <libudev.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl.h"

/* Some 100,000 events; with less privilege it is what the kernel allows. */
#define MONITOR_BUFFER	(128 * 1024 * 1024)

struct event {
	char *node;
	const char *what;
	char *path;		/* NULL: an event of the meta-node itself */
	char *name;
	char nr_paths[24];	/* empty: not known */
	unsigned long long seq;	/* 0: it has none */
	unsigned long long lost;
};

/* The number of the last event of a meta-node. */
struct last {
	char *node;
	unsigned long long seq;
};

struct monitor {
	const struct ctl *ctl;
	struct udev_monitor *udev;
	const char *source;
	struct last *last;
	size_t nr_last;
	long seen;
};

void ctl_cmd_monitor_help(FILE *f)
{
	fputs("\nEvents: created, gone, alias, renamed (the meta-node); added, removed, or its new\n"
	      "state (a path); lost (so many events were not seen). PATHS is how many paths are live after it.\n"
	      "It ends with exit code 0 on SIGINT, after --timeout, and after --count events;\n"
	      "with 1 if --timeout comes before --count.\n", f);
}

/* As ISO 8601 has it, in the local time zone. */
static void print_time(char *buf, size_t size, bool json)
{
	struct timespec ts;
	char day[40], zone[16] = "";
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(day, sizeof(day), json ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
	if (json) {
		strftime(zone, sizeof(zone), "%z", &tm);
		memmove(zone + 4, zone + 3, 3);	/* +0100 -> +01:00 */
		zone[3] = ':';
	}
	snprintf(buf, size, "%s.%03ld%s", day, ts.tv_nsec / 1000000, zone);
}

static void print_event(const struct monitor *mon, const struct event *event)
{
	struct ctl_json js;
	char now[72], num[24];

	print_time(now, sizeof(now), mon->ctl->json);
	if (!mon->ctl->json) {
		printf("%-23s %-7s %-9s %-7s %5s %s\n", now, event->node, event->what,
		       event->path ? event->path : "-",
		       event->nr_paths[0] ? event->nr_paths : "-",
		       event->name && *event->name ? event->name : "-");
		return;
	}
	ctl_json_begin_line(&js, stdout);
	ctl_json_string(&js, "time", now);
	ctl_json_string(&js, "event", event->what);
	ctl_json_string(&js, "node", event->node);
	ctl_json_string(&js, "path", event->path);
	ctl_json_string(&js, "name", event->name);
	ctl_json_literal(&js, "nr_paths", event->nr_paths[0] ? event->nr_paths : "null");
	snprintf(num, sizeof(num), "%llu", event->seq);
	ctl_json_literal(&js, "seqnum", event->seq ? num : "null");
	ctl_json_end(&js);
}

static void print_start(const struct monitor *mon)
{
	struct ctl_json js;
	char now[72];

	if (mon->ctl->json) {
		print_time(now, sizeof(now), true);
		ctl_json_begin_line(&js, stdout);
		ctl_json_string(&js, "time", now);
		ctl_json_string(&js, "event", "start");
		ctl_json_string(&js, "source", mon->source);
		ctl_json_end(&js);
	} else if (!mon->ctl->noheadings) {
		printf("%-23s %-7s %-9s %-7s %5s %s\n", "TIME", "NODE", "EVENT", "PATH",
		       "PATHS", "NAME");
	}
}

/* @node: NULL if the kernel dropped them without a look at what they were. */
static void print_lost(const struct monitor *mon, const char *node, unsigned long long nr)
{
	struct ctl_json js;
	char now[72], num[24] = "null";

	print_time(now, sizeof(now), mon->ctl->json);
	if (nr)
		snprintf(num, sizeof(num), "%llu", nr);
	if (!mon->ctl->json) {
		printf("%-23s %-7s %-9s %-7s %5s %s event%s not seen\n", now, node ? node : "-",
		       "lost", "-", "-", nr ? num : "some", nr == 1 ? "" : "s");
		return;
	}
	ctl_json_begin_line(&js, stdout);
	ctl_json_string(&js, "time", now);
	ctl_json_string(&js, "event", "lost");
	ctl_json_string(&js, "node", node);
	ctl_json_literal(&js, "lost", num);
	ctl_json_end(&js);
}

static struct last *find_last(struct monitor *mon, const char *node)
{
	size_t i;

	for (i = 0; i < mon->nr_last; i++)
		if (!strcmp(mon->last[i].node, node))
			return &mon->last[i];
	return NULL;
}

/* @seq: of its last event; 0: it has had none yet. */
static void note_last(struct monitor *mon, const char *node, unsigned long long seq)
{
	struct last *last = find_last(mon, node);

	if (!last) {
		mon->last = ctl_util_grow(mon->last, mon->nr_last, sizeof(*last));
		last = &mon->last[mon->nr_last++];
		last->node = ctl_util_strdup(node);
	}
	last->seq = seq;
}

/*
 * Numbers that were passed over, and those that the module never gave one. A
 * number that does not grow is of a new meta-node whose first events are gone.
 */
static unsigned long long count_lost(struct monitor *mon, const struct event *event)
{
	const struct last *last = find_last(mon, event->node);

	if (!last || event->seq <= last->seq)
		return event->lost;
	return event->lost + event->seq - last->seq - 1;
}

static char *property(struct udev_device *dev, const char *name)
{
	const char *value = udev_device_get_property_value(dev, name);

	return value ? ctl_util_clean(value, strlen(value)) : NULL;
}

static unsigned long long number(struct udev_device *dev, const char *name)
{
	const char *value = udev_device_get_property_value(dev, name);
	char num[24];

	if (!value || *value == '-' || !ctl_util_number(value, num, sizeof(num)))
		return 0;
	return strtoull(num, NULL, 10);
}

static void handle_event(struct monitor *mon, const struct event *event)
{
	unsigned long long lost = event->seq ? count_lost(mon, event) : event->lost;

	if (lost)
		print_lost(mon, event->node, lost);
	if (event->seq)
		note_last(mon, event->node, event->seq);
	print_event(mon, event);
	mon->seen++;
}

static void handle_device(struct monitor *mon, struct udev_device *dev)
{
	const char *sysname = udev_device_get_sysname(dev);
	const char *action = udev_device_get_action(dev);
	struct event event = { };
	char *what, *nr;

	if (!sysname || !action || !ctl_topo_is_node(sysname))
		return;
	event.node = ctl_util_clean(sysname, strlen(sysname));
	what = property(dev, "VMPATH_EVENT");
	event.path = property(dev, "VMPATH_PATH");
	event.name = property(dev, "VMPATH_NAME");
	nr = property(dev, "VMPATH_NR_PATHS");
	if (!nr || !ctl_util_number(nr, event.nr_paths, sizeof(event.nr_paths)))
		event.nr_paths[0] = '\0';
	event.seq = number(dev, "VMPATH_SEQNUM");
	event.lost = number(dev, "VMPATH_LOST");
	if (!strcmp(action, "add") || !strcmp(action, "remove")) {
		note_last(mon, event.node, 0);
		event.what = *action == 'a' ? "created" : "gone";
	} else {
		event.what = what;
	}
	if (event.what)
		handle_event(mon, &event);
	free(event.node);
	free(event.path);
	free(event.name);
	free(what);
	free(nr);
}

static bool enough(const struct monitor *mon)
{
	return mon->ctl->count && mon->seen >= mon->ctl->count;
}

/* All that there is now. */
static int receive(struct monitor *mon)
{
	struct udev_device *dev;

	while (!enough(mon)) {
		errno = 0;
		dev = udev_monitor_receive_device(mon->udev);
		if (dev) {
			handle_device(mon, dev);
			udev_device_unref(dev);
		} else if (errno == ENOBUFS) {
			print_lost(mon, NULL, 0);
		} else {
			break;
		}
	}
	return fflush(stdout) ? CTL_FAILED : CTL_OK;
}

static int run(struct monitor *mon)
{
	long timeout = mon->ctl->timeout_ms;
	long long end = timeout ? ctl_wait_now() + timeout : -1;
	int ret = CTL_OK, what;

	print_start(mon);
	if (fflush(stdout))
		return CTL_FAILED;
	while (!ret && !enough(mon)) {
		what = ctl_wait_until(udev_monitor_get_fd(mon->udev), end);
		if (what < 0)
			return CTL_OK;
		if (!what && mon->ctl->count) {
			ctl_error("monitor: %ld of %ld events within %ld.%03ld s", mon->seen,
				  mon->ctl->count, timeout / 1000, timeout % 1000);
			return CTL_FAILED;
		}
		if (!what)
			return CTL_OK;
		ret = receive(mon);
	}
	return ret;
}

/* Where no udevd runs nobody would send what the source "udev" listens to. */
static struct udev_monitor *open_monitor(const struct ctl *ctl, struct udev *udev,
					 const char **source)
{
	char *control = ctl_util_printf("%s/run/udev/control", ctl->sysroot);
	struct udev_monitor *mon;

	*source = ctl_sysfs_exists(control) ? "udev" : "kernel";
	free(control);
	mon = udev_monitor_new_from_netlink(udev, *source);
	if (!mon)
		return NULL;
	udev_monitor_filter_add_match_subsystem_devtype(mon, "block", "disk");
	udev_monitor_set_receive_buffer_size(mon, MONITOR_BUFFER);
	if (udev_monitor_enable_receiving(mon) < 0) {
		udev_monitor_unref(mon);
		return NULL;
	}
	return mon;
}

int ctl_cmd_monitor(struct ctl *ctl, int argc, char **argv)
{
	struct monitor mon = { .ctl = ctl };
	struct udev *udev = udev_new();
	int ret = CTL_FAILED;

	if (udev)
		mon.udev = open_monitor(ctl, udev, &mon.source);
	if (mon.udev) {
		ctl_wait_start();
		ret = run(&mon);
	} else {
		ctl_error("monitor: cannot listen to uevents: %s", strerror(errno));
	}
	while (mon.nr_last)
		free(mon.last[--mon.nr_last].node);
	free(mon.last);
	udev_monitor_unref(mon.udev);
	udev_unref(udev);
	return ret;
}
