/**
 * What is checked or set up at the start: settings and databases that would be open to everybody, the groups with what they are
 * granted, and one node after the other. Once it is up, there is nothing to do here.
 */
package org.signonflow.security.setup;
