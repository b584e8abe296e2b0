package loomchat.chat;

/** How a visitor of {@code chat.v1} came to be without a connection, as the partner is told. */
enum Away {
    BROKE("broke", Left.GONE),
    /** The page was closed or reloaded; nobody can tell which before it is back. */
    CLOSED("closed", Left.LEFT);

    private final String word;
    /** What it was after all, when the visitor does not come back. */
    final Left forGood;

    Away(String word, Left forGood) {
        this.word = word;
        this.forGood = forGood;
    }

    @Override
    public String toString() {
        return word;
    }
}
