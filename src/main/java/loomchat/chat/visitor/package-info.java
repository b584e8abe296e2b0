/**
 * Who chats: guests and known visitors, and what the connections of one address or one identity share: rates, whom they
 * blocked, who reported them. Any thread; nothing here blocks. It knows no connection and no protocol.
 */
package loomchat.chat.visitor;
