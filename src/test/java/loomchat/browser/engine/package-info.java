/** The browsers that tests drive: Chromium, Firefox and WebKit, each behind Selenium's {@code RemoteWebDriver}. */
package loomchat.browser.engine;
