// SPDX-License-Identifier: GPL-2.0-only
/*
 * class_interface callbacks take the device alone.
 * Since 2309df27d117 ("driver core: class: remove struct class_interface *
 * from callbacks"), 6.4.
 */
#include <linux/device/class.h>

int probe(struct class_interface *ci, int (*add)(struct device *dev));
int probe(struct class_interface *ci, int (*add)(struct device *dev))
{
	ci->add_dev = add;
	return 0;
}
