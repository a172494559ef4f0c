package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.junit.jupiter.api.Test;

class AddressedNettyTest {
  private static final RaftPeerId SELF = RaftPeerId.valueOf("n2-new");

  @Test
  void a_vote_asked_of_the_old_disk_is_not_given_by_the_new_one() {
    assertThatThrownBy(
            () -> AddressedNetty.check(SELF, "requestVote", vote(RaftPeerId.valueOf("n2-old"))))
        .hasMessage("n2-new isn't n2-old, which was at this address");
  }

  @Test
  void what_is_addressed_to_this_disk_passes() {
    assertThatCode(() -> AddressedNetty.check(SELF, "requestVote", vote(SELF)))
        .doesNotThrowAnyException();
  }

  @Test
  void clients_and_administrators_are_not_served_over_the_network() {
    for (String method : new String[] {"setConfiguration", "submitClientRequest"}) {
      assertThatThrownBy(() -> AddressedNetty.check(SELF, method, "anything"))
          .hasMessage("n2-new takes no " + method + " from the network");
    }
  }

  private static RequestVoteRequestProto vote(RaftPeerId addressee) {
    return RequestVoteRequestProto.newBuilder()
        .setServerRequest(RaftRpcRequestProto.newBuilder().setReplyId(addressee.toByteString()))
        .build();
  }
}
