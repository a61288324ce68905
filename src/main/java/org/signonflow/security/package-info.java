/** Who may do what: users, groups and what they are granted. */
package org.signonflow.security;
