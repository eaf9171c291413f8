// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/block/vmpN/vmpath/ and its paths/<disk>/: one value a file, but for stats.
 *
 * The directories come with the gendisk (discover.c calls in before the uevent
 * of the new disk goes out) and go before it does. Each attribute has an entry
 * in Documentation/ABI/testing/sysfs-block-vmpath.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/sysfs.h>
#include <scsi/scsi_device.h>
#include "vmpath.h"

#define VMP_MIN_STALL_MS	100
#define VMP_MAX_STALL_MS	(60 * 60 * 1000)
#define VMP_MAX_SECS		(24 * 60 * 60)
#define VMP_MAX_AGE_SECS	(60 * 60)

static struct vmp_head *to_head(struct kobject *kobj)
{
	return container_of(kobj, struct vmp_head, kobj);
}

static struct vmp_path *to_path(struct kobject *kobj)
{
	return container_of(kobj, struct vmp_path, kobj);
}

#define VMP_HEAD_SHOW(_name, _fmt, _value)				\
static ssize_t head_##_name##_show(struct kobject *kobj,		\
				   struct kobj_attribute *attr,		\
				   char *buf)				\
{									\
	struct vmp_head *head = to_head(kobj);				\
									\
	return sysfs_emit(buf, _fmt "\n", _value);			\
}									\
static struct kobj_attribute head_##_name##_attr =			\
	__ATTR(_name, 0444, head_##_name##_show, NULL)

VMP_HEAD_SHOW(name, "%s", READ_ONCE(head->name));
VMP_HEAD_SHOW(array, "%s", head->array);
VMP_HEAD_SHOW(wwid, "%s", head->id.wwid);
VMP_HEAD_SHOW(target_errors, "%d", atomic_read(&head->target_errors));
VMP_HEAD_SHOW(no_path_errors, "%d", atomic_read(&head->no_path_errors));

/* What may change. */
#define VMP_HEAD_SHOW_LOCKED(_name, _value)				\
static ssize_t head_##_name##_show(struct kobject *kobj,		\
				   struct kobj_attribute *attr,		\
				   char *buf)				\
{									\
	struct vmp_head *head = to_head(kobj);				\
	ssize_t len;							\
									\
	spin_lock_irq(&head->state_lock);				\
	len = sysfs_emit(buf, "%s\n", _value);				\
	spin_unlock_irq(&head->state_lock);				\
	return len;							\
}

VMP_HEAD_SHOW_LOCKED(state, vmp_head_state_name(vmp_head_state(head)));
VMP_HEAD_SHOW_LOCKED(alias, head->alias);
VMP_HEAD_SHOW_LOCKED(vendor, head->id.vendor);
VMP_HEAD_SHOW_LOCKED(model, head->id.model);
VMP_HEAD_SHOW_LOCKED(serial, head->id.serial);

#define VMP_HEAD_RO(_name)						\
static struct kobj_attribute head_##_name##_attr =			\
	__ATTR(_name, 0444, head_##_name##_show, NULL)

static ssize_t head_stats_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return vmp_stats_show_head(to_head(kobj), buf);
}

static ssize_t head_pr_key_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	struct vmp_head *head = to_head(kobj);
	bool known;
	u64 key;

	spin_lock_irq(&head->state_lock);
	key = head->pr.key;
	known = head->pr.change;
	spin_unlock_irq(&head->state_lock);
	return key ? sysfs_emit(buf, "0x%016llx\n", key) :
		     sysfs_emit(buf, "%s\n", known ? VMP_NAME_PR_NONE : VMP_NAME_PR_UNKNOWN);
}

VMP_HEAD_RO(pr_key);
VMP_HEAD_RO(state);
VMP_HEAD_RO(stats);
VMP_HEAD_RO(vendor);
VMP_HEAD_RO(model);
VMP_HEAD_RO(serial);

static ssize_t head_alias_store(struct kobject *kobj,
				struct kobj_attribute *attr, const char *buf,
				size_t count)
{
	size_t len = count && buf[count - 1] == '\n' ? count - 1 : count;
	char alias[VMP_NAME_LEN];
	size_t i;
	int ret;

	if (len >= sizeof(alias))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (!(isalnum(buf[i]) && (u8)buf[i] < 0x80) &&
		    (!i || !strchr("_.-", buf[i]) || !buf[i]))
			return -EINVAL;
	memcpy(alias, buf, len);
	alias[len] = '\0';
	ret = vmp_head_set_alias(to_head(kobj), alias);
	return ret ?: count;
}

static ssize_t head_iopolicy_show(struct kobject *kobj,
				  struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", READ_ONCE(to_head(kobj)->policy)->name);
}

static ssize_t head_iopolicy_store(struct kobject *kobj,
				   struct kobj_attribute *attr,
				   const char *buf, size_t count)
{
	const struct vmp_policy *policy = vmp_policy_find(buf);

	if (!policy)
		return -EINVAL;
	vmp_policy_set(to_head(kobj), policy);
	return count;
}

static ssize_t head_no_path_timeout_ms_show(struct kobject *kobj,
					    struct kobj_attribute *attr,
					    char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  READ_ONCE(to_head(kobj)->no_path_timeout_ms));
}

static ssize_t head_no_path_timeout_ms_store(struct kobject *kobj,
					     struct kobj_attribute *attr,
					     const char *buf, size_t count)
{
	int ms, ret = kstrtoint(buf, 0, &ms);

	if (ret)
		return ret;
	if (ms < -1)
		return -EINVAL;
	vmp_nopath_set_timeout(to_head(kobj), ms);
	return count;
}

/* A number of seconds that stands for itself. */
struct vmp_head_secs {
	struct kobj_attribute attr;
	size_t word;			/* where it is in struct vmp_head */
	unsigned int max;
	void (*then)(struct vmp_head *head);	/* when it was written; or NULL */
};

static unsigned int *head_secs_word(struct kobject *kobj,
				    const struct vmp_head_secs *secs)
{
	return (void *)to_head(kobj) + secs->word;
}

static ssize_t head_secs_show(struct kobject *kobj, struct kobj_attribute *attr,
			      char *buf)
{
	const struct vmp_head_secs *secs =
		container_of(attr, struct vmp_head_secs, attr);

	return sysfs_emit(buf, "%u\n", READ_ONCE(*head_secs_word(kobj, secs)));
}

static ssize_t head_secs_store(struct kobject *kobj, struct kobj_attribute *attr,
			       const char *buf, size_t count)
{
	const struct vmp_head_secs *secs =
		container_of(attr, struct vmp_head_secs, attr);
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	if (ret)
		return ret;
	if (value > secs->max)
		return -EINVAL;
	WRITE_ONCE(*head_secs_word(kobj, secs), value);
	if (secs->then)
		secs->then(to_head(kobj));
	return count;
}

static ssize_t head_stall_timeout_ms_show(struct kobject *kobj,
					  struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_head(kobj)->stall_timeout_ms));
}

static ssize_t head_stall_timeout_ms_store(struct kobject *kobj,
					   struct kobj_attribute *attr,
					   const char *buf, size_t count)
{
	unsigned int ms;
	int ret = kstrtouint(buf, 0, &ms);

	if (ret)
		return ret;
	if (ms && (ms < VMP_MIN_STALL_MS || ms > VMP_MAX_STALL_MS))
		return -EINVAL;
	WRITE_ONCE(to_head(kobj)->stall_timeout_ms, ms);
	vmp_stall_kick(to_head(kobj));
	return count;
}

static ssize_t head_fast_recovery_show(struct kobject *kobj,
				       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", vmp_recovery_on(to_head(kobj)));
}

static ssize_t head_fast_recovery_store(struct kobject *kobj,
					struct kobj_attribute *attr,
					const char *buf, size_t count)
{
	bool on;
	int ret = kstrtobool(buf, &on);

	if (!ret)
		ret = vmp_recovery_set(to_head(kobj), on);
	return ret ?: count;
}

static ssize_t head_host_cache_none_show(struct kobject *kobj,
					 struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(to_head(kobj)->host_cache_none));
}

static ssize_t head_host_cache_none_store(struct kobject *kobj,
					  struct kobj_attribute *attr,
					  const char *buf, size_t count)
{
	bool none;
	int ret = kstrtobool(buf, &none);

	if (ret)
		return ret;
	vmp_recovery_set_host(to_head(kobj), none);
	return count;
}

static void vmp_sysfs_check(struct vmp_path *path)
{
	spin_lock_irq(&path->head->state_lock);
	if (path->state == VMP_PATH_LIVE)	/* not removing, that is */
		vmp_checker_routine(path);
	spin_unlock_irq(&path->head->state_lock);
}

/* Else the next check would come when the old time is up. */
static void vmp_sysfs_checks(struct vmp_head *head)
{
	vmp_head_each_path(head, vmp_sysfs_check);
}

#define VMP_HEAD_SECS(_name, _word, _max, _then)			\
static struct vmp_head_secs head_##_name##_attr = {			\
	.attr = __ATTR(_name, 0644, head_secs_show, head_secs_store),	\
	.word = offsetof(struct vmp_head, _word),			\
	.max = (_max),							\
	.then = (_then),						\
}

VMP_HEAD_SECS(delayed_removal_secs, delayed_removal_secs, VMP_MAX_SECS, NULL);
VMP_HEAD_SECS(path_health_secs, path_health_secs, VMP_MAX_SECS, NULL);
VMP_HEAD_SECS(path_age_secs, path_age_secs, VMP_MAX_AGE_SECS, NULL);
VMP_HEAD_SECS(check_secs, check_secs, VMP_MAX_SECS, vmp_sysfs_checks);
VMP_HEAD_SECS(prefer_secs, prefer_secs, VMP_MAX_AGE_SECS, vmp_activate_kick);

#define VMP_HEAD_RW(_name)						\
static struct kobj_attribute head_##_name##_attr =			\
	__ATTR(_name, 0644, head_##_name##_show, head_##_name##_store)

VMP_HEAD_RW(alias);
VMP_HEAD_RW(iopolicy);
VMP_HEAD_RW(no_path_timeout_ms);
VMP_HEAD_RW(stall_timeout_ms);
VMP_HEAD_RW(fast_recovery);
VMP_HEAD_RW(host_cache_none);

static struct attribute *vmp_head_attrs[] = {
	&head_name_attr.attr,
	&head_alias_attr.attr,
	&head_array_attr.attr,
	&head_wwid_attr.attr,
	&head_vendor_attr.attr,
	&head_model_attr.attr,
	&head_serial_attr.attr,
	&head_state_attr.attr,
	&head_iopolicy_attr.attr,
	&head_no_path_timeout_ms_attr.attr,
	&head_stall_timeout_ms_attr.attr,
	&head_delayed_removal_secs_attr.attr.attr,
	&head_path_health_secs_attr.attr.attr,
	&head_path_age_secs_attr.attr.attr,
	&head_check_secs_attr.attr.attr,
	&head_prefer_secs_attr.attr.attr,
	&head_fast_recovery_attr.attr,
	&head_host_cache_none_attr.attr,
	&head_target_errors_attr.attr,
	&head_no_path_errors_attr.attr,
	&head_pr_key_attr.attr,
	&head_stats_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vmp_head);

const struct kobj_type vmp_head_ktype = {
	.release = vmp_head_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = vmp_head_groups,
};

/* ---- paths --------------------------------------------------------------- */

#define VMP_PATH_SHOW(_name, _fmt, _value)				\
static ssize_t path_##_name##_show(struct kobject *kobj,		\
				   struct kobj_attribute *attr,		\
				   char *buf)				\
{									\
	struct vmp_path *path = to_path(kobj);				\
									\
	return sysfs_emit(buf, _fmt "\n", _value);			\
}									\
static struct kobj_attribute path_##_name##_attr =			\
	__ATTR(_name, 0444, path_##_name##_show, NULL)

static unsigned int vmp_sysfs_held_secs(struct vmp_path *path)
{
	unsigned long rest = 0;

	spin_lock_irq(&path->head->state_lock);
	if (path->state == VMP_PATH_HELD)
		rest = vmp_holdout_rest(path);
	spin_unlock_irq(&path->head->state_lock);
	return DIV_ROUND_UP(rest, HZ);
}

static const char *vmp_sysfs_pr_state(struct vmp_path *path)
{
	const char *name;

	spin_lock_irq(&path->head->state_lock);
	name = vmp_pr_state_name(path);
	spin_unlock_irq(&path->head->state_lock);
	return name;
}

VMP_PATH_SHOW(pr_state, "%s", vmp_sysfs_pr_state(path));
VMP_PATH_SHOW(state, "%s", vmp_path_state_name(READ_ONCE(path->state)));
VMP_PATH_SHOW(transport, "%s", vmp_path_transport_name(path->transport));
VMP_PATH_SHOW(target_port, "%s", path->id.target_port);
VMP_PATH_SHOW(target_port_group, "%u", path->id.port_group);
VMP_PATH_SHOW(access_state, "%s",
	      vmp_rtpg_access_name(READ_ONCE(path->alua.access)));
VMP_PATH_SHOW(preferred, "%d", READ_ONCE(path->alua.preferred));
VMP_PATH_SHOW(relative_port, "%u", path->id.relative_port);
VMP_PATH_SHOW(inflight, "%u", vmp_stall_inflight(path));
VMP_PATH_SHOW(inflight_age_ms, "%u",
	      jiffies_to_msecs(READ_ONCE(path->stall.age)));
VMP_PATH_SHOW(stalls, "%llu", vmp_stats_stalls(path));
VMP_PATH_SHOW(latency_us, "%llu", vmp_stats_latency_us(path));
VMP_PATH_SHOW(ios, "%llu", vmp_stats_ios(path));
VMP_PATH_SHOW(bytes, "%llu", vmp_stats_bytes(path));
VMP_PATH_SHOW(errors, "%llu", vmp_stats_errors(path));
VMP_PATH_SHOW(failovers, "%llu", vmp_stats_failovers(path));
VMP_PATH_SHOW(last_error, "%s",
	      vmp_outcome_status_name(READ_ONCE(path->last_error)));
VMP_PATH_SHOW(doubted, "%d", READ_ONCE(path->in_doubt));
VMP_PATH_SHOW(held_secs, "%u", vmp_sysfs_held_secs(path));
VMP_PATH_SHOW(hctl, "%s", dev_name(&path->sdev->sdev_gendev));

static ssize_t path_stats_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return vmp_stats_show_path(to_path(kobj), buf);
}

static ssize_t path_disable_show(struct kobject *kobj,
				 struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(to_path(kobj)->state) ==
			  VMP_PATH_DISABLED);
}

static ssize_t path_disable_store(struct kobject *kobj,
				  struct kobj_attribute *attr,
				  const char *buf, size_t count)
{
	bool disable;
	int ret = kstrtobool(buf, &disable);

	if (!ret)
		ret = vmp_path_disable(to_path(kobj), disable);
	return ret ?: count;
}

static ssize_t path_probe_store(struct kobject *kobj,
				struct kobj_attribute *attr, const char *buf,
				size_t count)
{
	if (!sysfs_streq(buf, "1"))
		return -EINVAL;
	vmp_stall_probe(to_path(kobj));
	vmp_checker_verify(to_path(kobj));
	return count;
}

static struct kobj_attribute path_stats_attr =
	__ATTR(stats, 0444, path_stats_show, NULL);
static ssize_t path_weight_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_path(kobj)->weight));
}

static ssize_t path_weight_store(struct kobject *kobj,
				 struct kobj_attribute *attr, const char *buf,
				 size_t count)
{
	unsigned int weight;
	int ret = kstrtouint(buf, 0, &weight);

	if (ret)
		return ret;
	if (!weight || weight > VMP_WEIGHT_MAX)
		return -EINVAL;
	vmp_policy_set_weight(to_path(kobj), weight);
	return count;
}

static struct kobj_attribute path_weight_attr =
	__ATTR(weight, 0644, path_weight_show, path_weight_store);
static struct kobj_attribute path_disable_attr =
	__ATTR(disable, 0644, path_disable_show, path_disable_store);
static struct kobj_attribute path_probe_attr =
	__ATTR(probe, 0200, NULL, path_probe_store);

static struct attribute *vmp_path_attrs[] = {
	&path_state_attr.attr,
	&path_transport_attr.attr,
	&path_hctl_attr.attr,
	&path_target_port_attr.attr,
	&path_target_port_group_attr.attr,
	&path_relative_port_attr.attr,
	&path_access_state_attr.attr,
	&path_preferred_attr.attr,
	&path_inflight_attr.attr,
	&path_inflight_age_ms_attr.attr,
	&path_latency_us_attr.attr,
	&path_stalls_attr.attr,
	&path_ios_attr.attr,
	&path_bytes_attr.attr,
	&path_errors_attr.attr,
	&path_failovers_attr.attr,
	&path_last_error_attr.attr,
	&path_held_secs_attr.attr,
	&path_doubted_attr.attr,
	&path_pr_state_attr.attr,
	&path_stats_attr.attr,
	&path_weight_attr.attr,
	&path_disable_attr.attr,
	&path_probe_attr.attr,
	NULL,
};

static umode_t vmp_path_attr_visible(struct kobject *kobj,
				     struct attribute *attr, int n)
{
	const struct vmp_path *path = to_path(kobj);

	if (attr == &path_hctl_attr.attr && !path->sdev)
		return 0;
	if (attr == &path_target_port_attr.attr && !path->id.target_port[0])
		return 0;
	if (attr == &path_target_port_group_attr.attr && !path->id.has_port_group)
		return 0;
	if (attr == &path_relative_port_attr.attr && !path->id.relative_port)
		return 0;
	if ((attr == &path_access_state_attr.attr ||
	     attr == &path_preferred_attr.attr) && !path->alua.tpgs)
		return 0;
	return attr->mode;
}

static const struct attribute_group vmp_path_group = {
	.attrs = vmp_path_attrs,
	.is_visible = vmp_path_attr_visible,
};
__ATTRIBUTE_GROUPS(vmp_path);

const struct kobj_type vmp_path_ktype = {
	.release = vmp_path_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = vmp_path_groups,
};

static void vmp_sysfs_add_path_locked(struct vmp_path *path)
{
	struct vmp_head *head = path->head;

	lockdep_assert_held(&head->mutex);
	if (!head->paths_kobj || path->in_sysfs ||
	    READ_ONCE(path->state) == VMP_PATH_REMOVING)
		return;
	if (!kobject_add(&path->kobj, head->paths_kobj, "%s", path->name)) {
		path->in_sysfs = true;
		return;
	}
	pr_warn("%s: no sysfs directory for path %s, will be tried again\n",
		head->node_name, path->name);
	set_bit(VMP_HEAD_INCOMPLETE, &head->flags);
}

/**
 * vmp_sysfs_add_path() - make paths/<disk>, if the head has its directory
 * @path: attached
 *
 * Context: sleeps; takes head->mutex.
 */
void vmp_sysfs_add_path(struct vmp_path *path)
{
	mutex_lock(&path->head->mutex);
	vmp_sysfs_add_path_locked(path);
	mutex_unlock(&path->head->mutex);
}

/**
 * vmp_sysfs_del_path() - remove paths/<disk>; no attribute is in use after it
 * @path: attached
 *
 * Context: sleeps. kobject_del() waits for readers, and those may want
 * head->mutex, so it is not held then.
 */
void vmp_sysfs_del_path(struct vmp_path *path)
{
	bool there;

	mutex_lock(&path->head->mutex);
	there = path->in_sysfs;
	path->in_sysfs = false;
	mutex_unlock(&path->head->mutex);
	if (there)
		kobject_del(&path->kobj);
}

/**
 * vmp_sysfs_del_head() - remove vmpath/ and all below; none of it is in use then
 * @head: the head
 *
 * Context: sleeps. Only node.c and the teardown call it, one after the other.
 */
void vmp_sysfs_del_head(struct vmp_head *head)
{
	struct kobject *paths;
	bool there;

	mutex_lock(&head->mutex);
	there = head->in_sysfs;
	head->in_sysfs = false;		/* no path comes in from now on */
	paths = head->paths_kobj;
	head->paths_kobj = NULL;
	mutex_unlock(&head->mutex);
	if (!there)
		return;
	vmp_head_each_path(head, vmp_sysfs_del_path);
	kobject_put(paths);
	kobject_del(&head->kobj);
}

static int vmp_sysfs_add_dirs(struct vmp_head *head)
{
	int ret;

	lockdep_assert_held(&head->mutex);
	ret = kobject_add(&head->kobj, &disk_to_dev(head->disk)->kobj, "vmpath");
	if (ret)
		return ret;
	head->in_sysfs = true;
	head->paths_kobj = kobject_create_and_add("paths", &head->kobj);
	return head->paths_kobj ? 0 : -ENOMEM;
}

/**
 * vmp_sysfs_add_head() - make vmpath/ and paths/ below the gendisk
 * @head: its gendisk is in sysfs; what is there already stays
 *
 * Context: sleeps; takes head->mutex.
 * Return: 0 or -errno.
 */
int vmp_sysfs_add_head(struct vmp_head *head)
{
	struct vmp_set *set;
	unsigned int i;
	int ret = 0;

	mutex_lock(&head->mutex);
	if (!head->in_sysfs)
		ret = vmp_sysfs_add_dirs(head);
	set = rcu_dereference_protected(head->set,
					lockdep_is_held(&head->mutex));
	for (i = 0; !ret && i < set->nr; i++)
		vmp_sysfs_add_path_locked(set->path[i]);
	mutex_unlock(&head->mutex);
	if (!ret)
		return 0;
	pr_warn("%s: no sysfs directory: error %d, will be tried again\n",
		head->node_name, ret);
	set_bit(VMP_HEAD_INCOMPLETE, &head->flags);
	/* Not under the mutex: this waits for readers, who may want it. */
	vmp_sysfs_del_head(head);
	return ret;
}
