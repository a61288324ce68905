/**
 * What a change makes of how an application's users sign on: as data that is compared, in words for people, and what of it deserves a
 * second look. Knows PingOne's objects, and nothing of the engine, of forms or of lists.
 */
package org.signonflow.change;
