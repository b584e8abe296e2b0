package loomchat.report.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The log folders that one report reads, each of another node. Immutable. */
public record NodeFolders(List<Node> nodes) {
    public static final int MOST = 64;

    /**
     * One folder.
     *
     * @param name the end of its path, as long as it takes to tell it from the others
     */
    public record Node(String name, Path folder) {}

    public NodeFolders {
        nodes = List.copyOf(nodes);
    }

    public static NodeFolders of(Path folder) {
        return of(List.of(folder));
    }

    /** @throws IllegalArgumentException there are too many, or one twice; the message says which */
    public static NodeFolders of(List<Path> folders) {
        if (folders.size() > MOST) {
            throw new IllegalArgumentException("at most " + MOST + " folders");
        }
        HashSet<Path> seen = new HashSet<>();
        for (Path each : folders) {
            if (!seen.add(real(each))) {
                throw new IllegalArgumentException("each folder once, but " + each + " is there twice");
            }
        }
        List<String> names = names(folders);
        return new NodeFolders(IntStream.range(0, folders.size())
                .mapToObj(i -> new Node(names.get(i), folders.get(i)))
                .toList());
    }

    /**
     * A server's own folder, which it makes if need be, and those of others.
     *
     * @param others paths separated by commas, may be empty
     * @throws IllegalArgumentException another one does not exist, or as above; the message says what is allowed
     */
    public static NodeFolders of(Path own, String others) {
        List<Path> all = new ArrayList<>(List.of(own));
        for (String each : others.split(",")) {
            if (!each.isBlank()) {
                all.add(Path.of(each.strip()));
            }
        }
        existing(all.subList(1, all.size()));
        return of(all);
    }

    /** @throws IllegalArgumentException as above, and for a folder that does not exist */
    public static NodeFolders existing(List<Path> folders) {
        for (Path each : folders) {
            if (!Files.isDirectory(each)) {
                throw new IllegalArgumentException("folders that exist, but " + each + " does not");
            }
        }
        return of(folders);
    }

    /** The nodes of these names, or all without a name. */
    List<Node> chosen(List<String> names) {
        return names.isEmpty()
                ? nodes
                : nodes.stream().filter(each -> names.contains(each.name)).toList();
    }

    public List<String> names() {
        return nodes.stream().map(Node::name).toList();
    }

    /** Throws unless there are such nodes; none stand for all. */
    void check(List<String> names) {
        for (String each : names) {
            if (!names().contains(each)) {
                throw new InvalidQuery(
                        "node",
                        each,
                        names().stream().collect(Collectors.joining(", ", "one of ", "; without it all are read")));
            }
        }
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            return folder.toAbsolutePath().normalize();
        }
    }

    private static List<String> names(List<Path> folders) {
        for (int elements = 1; ; elements++) {
            List<String> names = new ArrayList<>();
            boolean isWhole = true;
            for (Path each : folders) {
                Path whole = each.toAbsolutePath().normalize();
                int count = whole.getNameCount();
                isWhole &= count <= elements;
                names.add(count == 0 ? whole.toString() : end(whole, Math.min(elements, count)));
            }
            if (isWhole || new HashSet<>(names).size() == names.size()) {
                return names;
            }
        }
    }

    private static String end(Path whole, int elements) {
        return whole.subpath(whole.getNameCount() - elements, whole.getNameCount())
                .toString();
    }
}
