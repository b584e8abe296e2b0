package loomchat.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioFileTest {
    private static final String GOOD = """
            {"stages": [{"clients": 10, "over": "1s"}], "duration": "5s", "personas": [{"kind": "steady"}]}""";

    @TempDir
    Path folder;

    private Scenario load(String json, Map<String, String> overrides) throws IOException {
        return ScenarioFile.load(
                Files.writeString(folder.resolve("mine.json"), json).toString(), overrides);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil",
                "rich",
                "nodes",
                "classic",
                "cloud",
                "idle",
                "churn",
                "spike",
                "soak",
                "identity",
                "calls",
                "capacity"
            })
    void allThatComeWithTheProgramCanBeRead(String name) {
        Scenario scenario = ScenarioFile.load(name, Map.of());
        assertThat(scenario.about()).isNotEmpty();
        assertThat(scenario.thresholds()).isNotEmpty();
        Schedule schedule = new Schedule(scenario);
        assertThat(schedule.turns(0)).isNotEmpty();
        assertThat(schedule.turns(scenario.clients() - 1)).isNotEmpty();
        assertThat(schedule.turns(scenario.clients())).isEmpty();
    }

    @Test
    void classicIsTheWorkloadThatItIsNamedAfter() {
        Scenario classic = ScenarioFile.load("classic", Map.of());
        assertThat(classic.clients()).isEqualTo(3000);
        assertThat(classic.duration()).isEqualTo(420_000_000_000L);
        assertThat(new Schedule(classic).turns(1000).getFirst().on()).isEqualTo(5_000_000_000L);
        Persona persona = classic.personas().getFirst();
        assertThat(persona.sending().bytes()).isEqualTo(Quantity.fixed(500));
        assertThat(persona.sending().every()).isEqualTo(Quantity.fixed(100_000_000));
        assertThat(persona.sending().open()).isTrue();
        assertThat(persona.sending().whileWaiting()).isFalse();
    }

    @Test
    void cloudIsTheWorkloadThatItIsNamedAfter() {
        Scenario cloud = ScenarioFile.load("cloud", Map.of());
        assertThat(cloud.clients()).isEqualTo(2000);
        assertThat(cloud.duration()).isEqualTo(10_800_000_000_000L);
        assertThat(new Schedule(cloud).turns(1000).getFirst().on()).isEqualTo(2_000_000_000L);
        assertThat(cloud.personas().getFirst().sending().bytes()).isEqualTo(Quantity.fixed(10 * 1024));
        assertThat(cloud.personas().getFirst().sending().every()).isEqualTo(Quantity.fixed(50_000_000));
        assertThat(cloud.personas().getFirst().sending().whileWaiting()).isTrue();
    }

    @Test
    void settingsOverrideTheFile() throws IOException {
        Scenario scenario = load(
                GOOD,
                Map.of(
                        "CLIENTS",
                        "40",
                        "DURATION",
                        "10s",
                        "MESSAGE_BYTES",
                        "1K",
                        "MESSAGES",
                        "7",
                        "INTERVAL",
                        "2s",
                        "SEED",
                        "9"));
        assertThat(scenario.clients()).isEqualTo(40);
        assertThat(scenario.duration()).isEqualTo(10_000_000_000L);
        assertThat(scenario.seed()).isEqualTo(9);
        Persona persona = scenario.personas().getFirst();
        assertThat(persona.sending().bytes()).isEqualTo(Quantity.fixed(1024));
        assertThat(persona.sending().messages()).isEqualTo(7);
        assertThat(persona.sending().every()).isEqualTo(Quantity.fixed(2_000_000_000L));
        assertThat(new Schedule(scenario).turns(20).getFirst().on()).isEqualTo(1_000_000_000L);
    }

    @Test
    void aRateIsSharedByThoseWhoSend() throws IOException {
        Scenario scenario = load("""
                {"stages": [{"clients": 100, "over": "1s"}], "duration": "5s", "rate": 1000,
                 "personas": [{"kind": "steady"}, {"kind": "lurker"}]}""", Map.of());
        assertThat(scenario.personas().getFirst().sending().every()).isEqualTo(Quantity.fixed(50_000_000));
    }

    @Test
    void settingsOfASearchSayWhereItBeginsAndHowLongAStepTakes() throws IOException {
        Scenario rate = ScenarioFile.load("capacity", Map.of("CLIENTS", "30", "DURATION", "4s", "RATE", "1000"));
        assertThat(rate.capacity().from()).isEqualTo(1000);
        assertThat(rate.atStep(1000).duration()).isEqualTo(4_000_000_000L);
        assertThat(rate.atStep(1000).clients()).isEqualTo(30);
        assertThat(ScenarioFile.load("capacity", Map.of()).capacity().from()).isEqualTo(5000);
        assertThat(ScenarioFile.load("capacity", Map.of()).atStep(5000).duration())
                .isEqualTo(12_000_000_000L);
        Scenario clients = load("""
                {"stages": [{"clients": 10, "over": "1s"}], "duration": "5s", "personas": [{"kind": "steady"}],
                 "capacity": {"vary": "clients", "from": 10, "to": 100, "step": "4s"}}""", Map.of("CLIENTS", "20"));
        assertThat(clients.capacity().from()).isEqualTo(20);
        assertThatThrownBy(() -> ScenarioFile.load("capacity", Map.of("RATE", "600000")))
                .isInstanceOf(UsageError.class)
                .hasMessage("RATE=600000 is not allowed: a whole number from 1 to 500000");
    }

    @ParameterizedTest
    @CsvSource({"ritch, rich", "comapre, stress compare", "hstory, stress history"})
    void aNameNearAnotherIsAskedFor(String name, String meant) {
        assertThatThrownBy(() -> ScenarioFile.load(name, Map.of()))
                .isInstanceOf(UsageError.class)
                .message()
                .startsWith("SCENARIO=" + name + " is not allowed: one of evil, ")
                .endsWith("or the path of a scenario file; is " + meant + " meant?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | mine.json: not a JSON object",
                "`` | mine.json: not a JSON object: it is empty",
                "[] | mine.json: not a JSON object: it is of the type array",
                "{\"stages\": [{\"clients\": 1}], \"duration\": 5} | mine.json: duration=5 is not allowed: a time with its unit, such as",
                "{\"stages\": []} | mine.json: stages=[] is not allowed: a list of 1 to 1000 objects",
                "{\"stages\": [{\"clients\": 0}]} | mine.json: stages=no clients is not allowed",
                "{\"stages\": [{\"over\": \"1s\"}]} | mine.json: stages[0].clients=missing is not allowed",
                "{\"stages\": [{\"clients\": 1, \"over\": \"1\"}]} | mine.json: stages[0].over=1 is not allowed: a time with its unit",
                "{\"stages\": [{\"clients\": 1, \"ovr\": \"1s\"}]} | mine.json: stages[0].ovr is not known: clients, every, over are",
                "{\"stages\": [{\"clients\": 300, \"every\": \"100ms\"}], \"duration\": \"10s\"} | mine.json: duration=10 s is not allowed: at least 30 s, which its stages take",
                "{\"stages\": [{\"clients\": 1.5}]} | mine.json: stages[0].clients=1.5 is not allowed: a whole number from",
            })
    void whatIsWrongIsNamedWithFileAndField(String json, String message) {
        assertThatThrownBy(() -> load(json, Map.of()))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"kind\": \"nobody\" | personas[0].kind=nobody is not allowed: one of chatty, idle",
                "\"kind\": \"steady\", \"bytes\": 10 | personas[0].bytes=10 is not allowed: from 64 to",
                "\"kind\": \"steady\", \"every\": \"fast\" | personas[0].every=fast is not allowed: a time with its unit",
                "\"kind\": \"steady\", \"every\": 5 | personas[0].every=5 is not allowed: a time with its unit",
                "\"kind\": \"steady\", \"pace\": \"ajar\" | personas[0].pace=ajar is not allowed: one of open, closed",
                "\"kind\": \"steady\", \"weight\": -1 | personas[0].weight=-1 is not allowed",
                "\"kind\": \"steady\", \"colour\": \"red\" | personas[0].colour is not known",
                "\"kind\": \"steady\", \"again\": \"yes\" | personas[0].again=\"yes\" is not allowed: true or false",
                "\"kind\": \"steady\", \"identity\": true | personas[0].identity=with plain is not allowed: with chat.v1 only",
                "\"kind\": \"thief\", \"identity\": \"pirate\" | personas[0].identity=pirate is not allowed: one of visitor, thief, forger, sleeper",
                "\"kind\": \"thief\", \"life\": \"3s\" | personas[0].life=with a thief is not allowed: for visitors and guests only",
                "\"kind\": \"sleeper\", \"cuts\": \"3s\" | personas[0].cuts=with a sleeper is not allowed: for visitors and guests only",
                "\"kind\": \"thief\", \"refresh\": \"1ms\" | personas[0].refresh=1 ms is not allowed: 100 ms or longer",
                "\"kind\": \"thief\", \"endsSession\": 101 | personas[0].endsSession=101 is not allowed: a whole number from 0 to 100",
                "\"kind\": \"steady\", \"weight\": 0 | personas=no weight is not allowed",
            })
    void wrongPersonasAreNamedWithFileAndField(String persona, String message) {
        String json = "{\"stages\": [{\"clients\": 1, \"over\": \"1s\"}], \"personas\": [{" + persona + "}]}";
        assertThatThrownBy(() -> load(json, Map.of()))
                .isInstanceOf(UsageError.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining("mine.json: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLIENTS | 0 | CLIENTS=0 is not allowed: a whole number from 1 to",
                "CLIENTS | many | CLIENTS=many is not allowed",
                "DURATION | 60 | DURATION=60 is not allowed: a time with its unit",
                "MESSAGE_BYTES | 10 | MESSAGE_BYTES=10 is not allowed: from 64",
                "INTERVAL | 0s | INTERVAL=0s is not allowed",
                "MESSAGES | 0 | MESSAGES=0 is not allowed: a whole number from 1 to",
                "THRESHOLDS | p99 < fast | THRESHOLDS=p99 < fast is not allowed: a figure",
                "THRESHOLDS | nobody.p99 < 1s | THRESHOLDS=nobody.p99 < 1s is not allowed: no persona that sends is called nobody",
            })
    void wrongSettingsAreNamed(String setting, String value, String message) {
        assertThatThrownBy(() -> load(GOOD, Map.of(setting, value)))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining(message);
    }

    @Test
    void eachFigureIsNamedWhereAThresholdIsWrong() {
        assertThat(Threshold.COUNTS)
                .allSatisfy(each -> assertThat(Threshold.ALLOWED).containsPattern("\\b" + each + "\\b"));
        assertThat(Threshold.ALLOWED.lines()).allMatch(each -> each.length() <= 120);
    }

    @Test
    void onlyAScenarioWithIdentitiesIsJudgedByThem() throws IOException {
        Scenario guests = load(GOOD, Map.of());
        assertThat(guests.identities()).isFalse();
        assertThat(guests.thresholds()).extracting(Threshold::figure).doesNotContain("lockedOut");
        Scenario visitors = load(
                GOOD.replace("{\"kind\": \"steady\"}", "{\"kind\": \"chatty\", \"identity\": true}"),
                Map.of("PROTOCOL", "chat.v1"));
        assertThat(visitors.identities()).isTrue();
        assertThat(visitors.thresholds())
                .extracting(Threshold::text)
                .contains("lost == 0", "lockedOut == 0", "replaysMissed == 0", "forgeriesAccepted == 0");
        assertThat(visitors.personas().getFirst().identity().kind()).isEqualTo(Persona.Identity.Kind.VISITOR);
    }

    @Test
    void anUnknownScenarioIsToldWhichThereAre() {
        assertThatThrownBy(() -> ScenarioFile.load("devil", Map.of()))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("SCENARIO=devil is not allowed: one of evil, rich, nodes, classic");
    }

    @Test
    void usersGoDownAndUpAgainWithTheStages() throws IOException {
        Scenario scenario = load("""
                {"stages": [{"clients": 4, "over": "4s"}, {"clients": 2, "over": "2s"}, {"clients": 4, "over": "0s"}],
                 "duration": "10s", "personas": [{"kind": "idle"}]}""", Map.of());
        Schedule schedule = new Schedule(scenario);
        assertThat(schedule.turns(0)).containsExactly(new Schedule.Turn(0, 10_000_000_000L));
        assertThat(schedule.turns(3))
                .containsExactly(
                        new Schedule.Turn(3_000_000_000L, 4_000_000_000L),
                        new Schedule.Turn(6_000_000_000L, 10_000_000_000L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p99 < 50ms",
                "lost == 0",
                "failed < 0.1%",
                "steady.p99.9 <= 1s",
                "actual.max<2s",
                "connect.p50 < 1ms",
                "rate >= 100"
            })
    void thresholdsOfEveryKindAreUnderstood(String text) throws IOException {
        assertThat(load(GOOD, Map.of("THRESHOLDS", text)).thresholds())
                .first()
                .extracting(Threshold::text)
                .isEqualTo(text);
    }

    @Test
    void deliveryIsCheckedWhateverElseIsAskedFor() throws IOException {
        Scenario asked = load(GOOD, Map.of("THRESHOLDS", "p99 < 5s, lost < 1%"));
        assertThat(asked.thresholds())
                .extracting(Threshold::text)
                .containsExactly(
                        "p99 < 5s",
                        "lost < 1%",
                        "duplicated == 0",
                        "reordered == 0",
                        "corrupted == 0",
                        "misdelivered == 0",
                        "violations == 0",
                        "neverMatched == 0");
        assertThat(asked.conditions().leftOut()).containsExactly("failed == 0");
        assertThat(load(GOOD, Map.of()).conditions().leftOut()).isEmpty();

        Scenario spike = ScenarioFile.load("spike", Map.of("THRESHOLDS", "failed < 1%"));
        assertThat(spike.thresholds()).extracting(Threshold::text).contains("failed < 1%", "violations == 0");
        assertThat(spike.conditions().leftOut()).containsExactly("connect.p99 < 2s");
        Scenario idle = ScenarioFile.load("idle", Map.of());
        assertThat(idle.thresholds())
                .extracting(Threshold::text)
                .contains("connect.p99 < 1s", "lost == 0")
                .doesNotContain("neverMatched == 0");
    }
}
