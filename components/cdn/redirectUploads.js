// A CloudFront function: sends the old path of an upload to where the file has gone. The runtime knows few newer forms
// of the language, so it is written in old ones.
import cf from "cloudfront";

const newPaths = cf.kvs();

async function handler(event) {
  const request = event.request;
  try {
    const newPath = await newPaths.get(request.uri);
    return {
      // Not for good: until the point of no return a file may go back, and browsers do not ask again after a 301.
      statusCode: 302,
      statusDescription: "Found",
      headers: { location: { value: newPath } },
    };
  } catch (notInTable) {
    // The bucket may have it under this very path.
    return request;
  }
}
