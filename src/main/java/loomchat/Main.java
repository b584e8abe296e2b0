package loomchat;

/** The three commands of the one jar: {@code serve} (default), {@code stress} and {@code report}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println(Config.help());
    }
}
