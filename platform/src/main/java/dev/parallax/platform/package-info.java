/** What the services share: errors, security, jobs and the model repository. Knows no Quarkus. */
package dev.parallax.platform;
