/**
 * How a change affects an application's users: as data to compare, in words for people, and what deserves a second look. Knows PingOne's
 * objects, but nothing of the engine, forms or lists.
 */
package org.signonflow.change;
