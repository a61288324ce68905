/**
 * What is checked or set up at startup, one node at a time: insecure settings and databases are refused, and the groups get their
 * authorisations. Nothing here runs once the application is up.
 */
package org.signonflow.security.setup;
