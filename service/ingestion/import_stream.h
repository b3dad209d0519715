// ImportEvents: reads a message, hands it to a worker, and reads the next when it is put by: one
// message at a time is held in memory.
#ifndef TSUGI_SERVICE_INGESTION_IMPORT_STREAM_H_
#define TSUGI_SERVICE_INGESTION_IMPORT_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "service/call/calls.h"
#include "service/ingestion/ingestion.h"

namespace tsugi {

// The stream deletes itself when it is done; the others must outlive it.
grpc::ServerReadReactor<v1::ImportEventsRequest>* NewImportStream(
    Calls* calls, Ingestion* ingestion, grpc::CallbackServerContext* context,
    v1::ImportEventsResponse* response);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_INGESTION_IMPORT_STREAM_H_
