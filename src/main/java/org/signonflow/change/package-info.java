/**
 * How a change affects an application's users: as data to compare, in words for people, and what deserves a second look; and the record of
 * changes: where each stands, and what has happened to it. Knows PingOne's objects and the journal, but nothing of the engine, forms or
 * lists.
 */
package org.signonflow.change;
